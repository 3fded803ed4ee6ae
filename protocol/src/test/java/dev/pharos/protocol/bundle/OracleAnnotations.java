package dev.pharos.protocol.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.pharos.protocol.MalformedException;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What the types of this package tell Jackson of themselves when it maps them. */
@SuppressWarnings("unused")
final class OracleAnnotations {
    private OracleAnnotations() {}

    static JsonMapper.Builder on(JsonMapper.Builder mapper) {
        return mapper.addMixIn(Binary.class, OfBinary.class)
                .addMixIn(Digest.class, OfDigest.class)
                .addMixIn(PeerPath.class, OfPeerPath.class)
                .addMixIn(Pin.class, OfPin.class)
                .addMixIn(SigningPublicKey.class, OfSigningPublicKey.class)
                .addMixIn(Rule.class, OfRule.class)
                .addMixIn(Rule.Protocol.class, OfProtocol.class)
                .addMixIn(NetworkCipher.class, OfCipher.class);
    }

    private abstract static class OfBinary {
        @JsonCreator
        static Binary parse(String text) throws MalformedException {
            return Binary.parse(text);
        }

        @JsonValue
        abstract String text();
    }

    private abstract static class OfDigest {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        OfDigest(String hex) {}

        @JsonValue
        abstract String hex();
    }

    private abstract static class OfPeerPath {
        @JsonCreator
        static PeerPath parse(String text) throws MalformedException {
            return PeerPath.parse(text);
        }

        @Override
        @JsonValue
        public abstract String toString();
    }

    private abstract static class OfPin {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        OfPin(Binary sha256) {}

        @JsonValue
        abstract Binary sha256();
    }

    private abstract static class OfSigningPublicKey {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        OfSigningPublicKey(Binary bytes) {}

        @JsonValue
        abstract Binary bytes();
    }

    private abstract static class OfRule {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        abstract List<String> groups();
    }

    private enum OfProtocol {
        @JsonProperty("any")
        ANY,
        @JsonProperty("tcp")
        TCP,
        @JsonProperty("udp")
        UDP,
        @JsonProperty("icmp")
        ICMP
    }

    private enum OfCipher {
        @JsonProperty("aes")
        AES,
        @JsonProperty("chachapoly")
        CHACHAPOLY
    }
}
