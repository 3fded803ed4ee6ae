/** Who changed what, appended and never edited. */
@NullMarked
package dev.pharos.control.audit;

import org.jspecify.annotations.NullMarked;
