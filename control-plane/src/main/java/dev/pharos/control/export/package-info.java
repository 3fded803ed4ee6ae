/** Configurations for stock Nebula. */
@NullMarked
package dev.pharos.control.export;

import org.jspecify.annotations.NullMarked;
