package dev.pharos.protocol.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The cipher of a whole network; it is never negotiated (facts, nebula-protocol trap 11). */
public enum NetworkCipher {
    @JsonProperty("aes")
    AES,
    @JsonProperty("chachapoly")
    CHACHAPOLY
}
