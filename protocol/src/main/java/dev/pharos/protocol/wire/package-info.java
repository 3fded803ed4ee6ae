/**
 * What a Nebula datagram holds: its header, the payload of a handshake message, and the messages between hosts,
 * lighthouses and relays (facts, nebula-protocol 1, 5, 9 and 11).
 */
@NullMarked
package dev.pharos.protocol.wire;

import org.jspecify.annotations.NullMarked;
