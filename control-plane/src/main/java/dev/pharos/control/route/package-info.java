/** Subnets beyond the overlay and the hosts that forward to them. */
@NullMarked
package dev.pharos.control.route;

import org.jspecify.annotations.NullMarked;
