/** What the first start makes, and what it tells the operator. */
@NullMarked
package dev.pharos.control.setup;

import org.jspecify.annotations.NullMarked;
