/**
 * The byte path of one event loop: packets between the TUN device and the UDP socket, sealed and opened on the way.
 *
 * <pre>
 * TUN ─▶ Segmenter ─▶ firewall ─▶ seal ─▶ Trains ─▶ UDP      outgoing
 * TUN ◀─ Coalescer ◀─ firewall ◀─ open ◀─────────── UDP      incoming
 * </pre>
 *
 * Buffers are allocated once and belong to the loop's thread, which alone runs everything here: no locks, no hand-over
 * and nothing of ours allocated per packet. Where a packet lies is said by an offset and a length into such a buffer.
 * Packets are sealed and opened on heap arrays, where the JDK's cipher is fastest; system calls see native memory, and
 * the copy between the two is one that segmenting and coalescing make anyway, or one of a whole train.
 */
@NullMarked
package dev.pharos.agent.dataplane;

import org.jspecify.annotations.NullMarked;
