/** Tests of the whole server over its public interfaces. */
@NullMarked
package dev.pharos.control.server;

import org.jspecify.annotations.NullMarked;
