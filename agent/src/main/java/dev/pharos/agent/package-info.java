/** The daemon on each host, and what its rooms share. */
@NullMarked
package dev.pharos.agent;

import org.jspecify.annotations.NullMarked;
