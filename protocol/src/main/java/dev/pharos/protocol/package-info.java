/**
 * The Nebula protocol and Pharos's control protocol as a pure library: no I/O, no clock. The types in this package are
 * the values that every room shares.
 */
@NullMarked
package dev.pharos.protocol;

import org.jspecify.annotations.NullMarked;
