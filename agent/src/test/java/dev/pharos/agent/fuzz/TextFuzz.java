package dev.pharos.agent.fuzz;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.HostPort;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.RequestSignature;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Values that come as text. The first byte of the input chooses; what is read is written as something that reads alike. */
final class TextFuzz implements FuzzTarget {
    private interface Parser<T> {
        T parse(String text) throws MalformedException;

        default void check(String text) throws MalformedException {
            T value = parse(text);
            FuzzTarget.require(parse(value.toString()).equals(value), "another value");
        }
    }

    private static final List<Parser<?>> WRITTEN =
            List.of(VpnAddress::parse, VpnPrefix::parse, UnderlayEndpoint::parse, HostPort::parse, PortRange::parse);
    private static final List<Parser<?>> READ = List.of(
            Fingerprint::parse,
            Binary::parse,
            Digest::parse,
            Pin::parse,
            EnrollmentToken::parse,
            text -> ContentDigest.matches(text, new byte[0]),
            text -> RequestSignature.parse(text, "pharos=:" + "A".repeat(86) + "==:"),
            text -> RequestSignature.parse(text, text));

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        String text = new String(Arrays.copyOfRange(input, 1, input.length), StandardCharsets.UTF_8);
        int which = (input[0] & 0xff) % (WRITTEN.size() + READ.size());
        try {
            if (which < WRITTEN.size()) {
                WRITTEN.get(which).check(text);
            } else {
                READ.get(which - WRITTEN.size()).parse(text);
            }
        } catch (MalformedException e) {
            throw new Refused(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                seed(0, "10.42.0.7"),
                seed(0, "fd00::1:2%eth0"),
                seed(0, "::ffff:1.2.3.4"),
                seed(1, "10.42.0.0/16"),
                seed(1, "fd00::/8"),
                seed(2, "[2001:db8::1]:4242"),
                seed(2, "198.51.100.7:4242"),
                seed(3, "home.example.net:4242"),
                seed(4, "8000-8100"),
                seed(5, "ab".repeat(32)),
                seed(6, "AAEC"),
                seed(7, "sha256:" + "ab".repeat(32)),
                seed(8, "sha256/" + "A".repeat(43) + "="),
                seed(9, "pharos-join-AAEC"),
                seed(10, "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
                seed(
                        11,
                        "pharos=(\"@method\" \"@path\" \"@query\""
                                + " \"content-digest\");created=1;keyid=\"a\";nonce=\"b\""),
                seed(12, "pharos=:" + "A".repeat(86) + "==:"));
    }

    private static byte[] seed(int parser, String text) {
        return Samples.prefixed(parser, text.getBytes(StandardCharsets.UTF_8));
    }
}
