package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.protobuf.ProtobufReader;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Version 1: protobuf {1: details, 2: signature} (facts, nebula-protocol 12). Nebula verifies what it serialises again
 * from the parsed fields, so only the canonical form means anything; any other is refused here. That also keeps a blocked
 * certificate from coming back with an unknown field and a new fingerprint.
 */
final class V1Format {
    private static final byte[] NO_KEY = new byte[0];

    private V1Format() {}

    static Certificate parse(byte[] bytes) throws MalformedException {
        Fields fields = Fields.read(bytes);
        PublicKey key = PublicKey.of(fields.curve, fields.publicKey);
        return fields.certificate(key, bytes, key.toBytes());
    }

    static Certificate fromHandshake(byte[] bytes, PublicKey key) throws MalformedException {
        Fields fields = Fields.read(bytes);
        if (fields.publicKey.length != 0) {
            throw new MalformedException("certificate v1: a handshake's certificate holds no public key");
        }
        if (fields.curve != key.curve()) {
            throw new MalformedException("certificate v1: its curve is not the handshake's");
        }
        return fields.certificate(key, bytes, NO_KEY);
    }

    static byte[] encode(CertificateDetails details, PublicKey key, byte[] signature) {
        return encode(details, key.curve(), key.toBytes(), signature);
    }

    static byte[] handshakeEncoding(CertificateDetails details, PublicKey key, byte[] signature) {
        return encode(details, key.curve(), NO_KEY, signature);
    }

    static byte[] signedBytes(CertificateDetails details, PublicKey key) {
        return details(details, key.curve(), key.toBytes()).toBytes();
    }

    /** What Nebula refuses in this version, in words; empty when there is nothing. */
    static Optional<String> problem(CertificateDetails details) {
        if (!details.isCa() && details.networks().isEmpty()) {
            return Optional.of("a host needs at least one network");
        }
        if (details.networks().stream().anyMatch(network -> network.address().equals(VpnAddress.ofV4(0)))) {
            return Optional.of("the zero address is no network");
        }
        return Stream.concat(details.networks().stream(), details.unsafeNetworks().stream())
                .filter(network -> !network.address().isV4())
                .findFirst()
                .map(network -> network + " is IPv6, which needs version 2");
    }

    private static byte[] encode(CertificateDetails details, Curve curve, byte[] key, byte[] signature) {
        return new ProtobufWriter()
                .message(1, details(details, curve, key))
                .bytes(2, signature)
                .toBytes();
    }

    private static ProtobufWriter details(CertificateDetails details, Curve curve, byte[] key) {
        ProtobufWriter writer = new ProtobufWriter()
                .string(1, details.name())
                .packedUint32(2, pairs(details.networks()))
                .packedUint32(3, pairs(details.unsafeNetworks()));
        details.groups().forEach(group -> writer.element(4, group));
        return writer.varint(5, details.notBefore().getEpochSecond())
                .varint(6, details.notAfter().getEpochSecond())
                .bytes(7, key)
                .bool(8, details.isCa())
                .bytes(9, details.issuer().map(Fingerprint::toBytes).orElse(NO_KEY))
                .varint(100, curve.code());
    }

    private static int[] pairs(List<VpnPrefix> networks) {
        return networks.stream()
                .flatMapToInt(network -> IntStream.of(network.address().v4(), mask(network.length())))
                .toArray();
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    /** The fields as they come, before they mean anything. */
    private static final class Fields {
        private String name = "";
        private final List<Integer> networks = new ArrayList<>();
        private final List<Integer> unsafeNetworks = new ArrayList<>();
        private final List<String> groups = new ArrayList<>();
        private long notBefore;
        private long notAfter;
        private byte[] publicKey = NO_KEY;
        private boolean isCa;
        private byte[] issuer = NO_KEY;
        private Curve curve = Curve.CURVE25519;
        private byte[] signature = NO_KEY;

        static Fields read(byte[] bytes) throws MalformedException {
            if (bytes.length > Certificate.MAX_BYTES) {
                throw new MalformedException("certificate v1: longer than " + Certificate.MAX_BYTES + " bytes");
            }
            Fields fields = new Fields();
            ProtobufReader reader = new ProtobufReader(bytes);
            while (reader.next()) {
                switch (reader.field()) {
                    case 1 -> fields.readDetails(reader.message());
                    case 2 -> fields.signature = reader.bytes();
                    default -> {}
                }
            }
            return fields;
        }

        private void readDetails(ProtobufReader reader) throws MalformedException {
            while (reader.next()) {
                switch (reader.field()) {
                    case 1 -> name = reader.string();
                    case 2 -> reader.uint32s(networks::add);
                    case 3 -> reader.uint32s(unsafeNetworks::add);
                    case 4 -> groups.add(reader.string());
                    case 5 -> notBefore = reader.varint();
                    case 6 -> notAfter = reader.varint();
                    case 7 -> publicKey = reader.bytes();
                    case 8 -> isCa = reader.bool();
                    case 9 -> issuer = reader.bytes();
                    case 100 -> curve = Curve.ofCode(reader.varint());
                    default -> {}
                }
            }
        }

        Certificate certificate(PublicKey key, byte[] original, byte[] keyInOriginal) throws MalformedException {
            if (signature.length == 0) {
                throw new MalformedException("certificate v1: no signature");
            }
            CertificateDetails details = new CertificateDetails(
                    name,
                    prefixes(networks),
                    prefixes(unsafeNetworks),
                    groups,
                    isCa,
                    ParsedValues.instant(notBefore),
                    ParsedValues.instant(notAfter),
                    ParsedValues.issuer(issuer));
            Optional<String> problem = problem(details);
            if (problem.isPresent()) {
                throw new MalformedException("certificate v1: " + problem.get());
            }
            if (!Arrays.equals(original, encode(details, curve, keyInOriginal, signature))) {
                throw new MalformedException("certificate v1: not in the canonical form, which alone can be verified");
            }
            return new Certificate(CertificateVersion.V1, details, key, signedBytes(details, key), signature);
        }

        private static List<VpnPrefix> prefixes(List<Integer> pairs) throws MalformedException {
            if (pairs.size() % 2 != 0) {
                throw new MalformedException("certificate v1: an address without a mask");
            }
            List<VpnPrefix> prefixes = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i += 2) {
                int length = Integer.bitCount(pairs.get(i + 1));
                if (pairs.get(i + 1) != mask(length)) {
                    throw new MalformedException("certificate v1: a mask with holes");
                }
                prefixes.add(new VpnPrefix(VpnAddress.ofV4(pairs.get(i)), length));
            }
            return prefixes;
        }
    }
}
