/**
 * Nebula certificates of both versions: parsing, writing, signing, and judging them against a pool of authorities
 * (facts, nebula-protocol 12 to 15). Signatures are BouncyCastle's low-level ones; no provider is registered.
 */
@NullMarked
package dev.pharos.protocol.cert;

import org.jspecify.annotations.NullMarked;
