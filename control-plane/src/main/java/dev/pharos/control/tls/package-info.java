/** The key and certificate that agents and browsers see, shared by all nodes, and the pins that tokens carry. */
@NullMarked
package dev.pharos.control.tls;

import org.jspecify.annotations.NullMarked;
