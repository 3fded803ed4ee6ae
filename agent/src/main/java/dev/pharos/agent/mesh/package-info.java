/**
 * The mesh: who is reachable, over which tunnel and by which path. Pure state machines: packets, events and the time
 * go in, packets and changed tunnels come out. Nothing here opens a socket, sleeps, asks a clock or rolls its own dice,
 * so a whole internet of them runs inside one test. Everything is called from one thread, that of loop 0.
 *
 * <p>All times are nanoseconds of one monotonic clock that also counts while the machine sleeps (CLOCK_BOOTTIME).
 */
@NullMarked
package dev.pharos.agent.mesh;

import org.jspecify.annotations.NullMarked;
