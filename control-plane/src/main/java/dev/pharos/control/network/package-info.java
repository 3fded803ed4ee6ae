/** Networks: the overlay range, its address plan, and the numbers of its revisions. */
@NullMarked
package dev.pharos.control.network;

import org.jspecify.annotations.NullMarked;
