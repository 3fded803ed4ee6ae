/** What the database need not keep for ever. */
@NullMarked
package dev.pharos.control.retention;

import org.jspecify.annotations.NullMarked;
