/** Groups: names that certificates carry and policies speak of. */
@NullMarked
package dev.pharos.control.group;

import org.jspecify.annotations.NullMarked;
