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
 * They lie in native memory, where system calls see them, and are sealed and opened there: a packet is copied once, when
 * it is cut out of a large one. Ciphers that know arrays alone get a copy.
 */
@NullMarked
package dev.pharos.agent.dataplane;

import org.jspecify.annotations.NullMarked;
