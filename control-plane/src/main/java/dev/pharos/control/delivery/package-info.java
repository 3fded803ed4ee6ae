/** Bundles: compiled from one snapshot of the database, signed, and pushed to the agents that wait for them. */
@NullMarked
package dev.pharos.control.delivery;

import org.jspecify.annotations.NullMarked;
