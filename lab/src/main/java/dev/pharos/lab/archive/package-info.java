/** Programs of others, from the archive of the distribution. */
@NullMarked
package dev.pharos.lab.archive;

import org.jspecify.annotations.NullMarked;
