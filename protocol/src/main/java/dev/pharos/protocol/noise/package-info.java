/**
 * The Noise handshake IX as Nebula runs it, the encryption of everything after it, and the replay window (facts,
 * nebula-protocol 2, 3 and 4). Keys and randomness are handed in, so a handshake is a function of its inputs.
 */
@NullMarked
package dev.pharos.protocol.noise;

import org.jspecify.annotations.NullMarked;
