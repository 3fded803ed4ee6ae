package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Version 2: DER SEQUENCE {0xA0 details, 0x81 curve, 0x82 key, 0x83 signature} (facts, nebula-protocol 13). The details
 * element is kept as it came, so elements that we do not know at its end stay signed. Outside of it nothing is: there,
 * anything but the one canonical form is refused.
 */
final class V2Format {
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int UTF8 = 0x0c;

    private static final int DETAILS = 0xa0;
    private static final int CURVE = 0x81;
    private static final int KEY = 0x82;
    private static final int SIGNATURE = 0x83;

    private static final int NAME = 0x80;
    private static final int NETWORKS = 0xa1;
    private static final int UNSAFE_NETWORKS = 0xa2;
    private static final int GROUPS = 0xa3;
    private static final int IS_CA = 0x84;
    private static final int NOT_BEFORE = 0x85;
    private static final int NOT_AFTER = 0x86;
    private static final int ISSUER = 0x87;

    private static final int MAX_NAME_BYTES = 253;
    private static final byte[] NOTHING = new byte[0];

    private V2Format() {}

    static Certificate parse(byte[] bytes) throws MalformedException {
        Der.Reader reader = open(bytes);
        byte[] rawDetails = reader.whole(DETAILS);
        Curve curve = Curve.CURVE25519;
        if (reader.nextIs(CURVE)) {
            byte[] code = reader.content(CURVE);
            if (code.length != 1 || code[0] == 0) {
                throw new MalformedException("certificate v2: a curve that is not one byte above 0");
            }
            curve = Curve.ofCode(code[0]);
        }
        PublicKey key = PublicKey.of(curve, reader.content(KEY));
        return certificate(rawDetails, key, signature(reader));
    }

    static Certificate fromHandshake(byte[] bytes, PublicKey key) throws MalformedException {
        Der.Reader reader = open(bytes);
        byte[] rawDetails = reader.whole(DETAILS);
        return certificate(rawDetails, key, signature(reader));
    }

    static byte[] encode(byte[] rawDetails, PublicKey key, byte[] signature) {
        byte[] curve = switch (key.curve()) {
            case CURVE25519 -> NOTHING;
            case P256 -> Der.element(CURVE, new byte[] {1});
        };
        return Der.element(
                SEQUENCE, rawDetails, curve, Der.element(KEY, key.toBytes()), Der.element(SIGNATURE, signature));
    }

    static byte[] handshakeEncoding(byte[] rawDetails, byte[] signature) {
        return Der.element(SEQUENCE, rawDetails, Der.element(SIGNATURE, signature));
    }

    static byte[] signedBytes(byte[] rawDetails, PublicKey key) {
        byte[] publicKey = key.toBytes();
        byte[] signed = Arrays.copyOf(rawDetails, rawDetails.length + 1 + publicKey.length);
        signed[rawDetails.length] = (byte) key.curve().code();
        System.arraycopy(publicKey, 0, signed, rawDetails.length + 1, publicKey.length);
        return signed;
    }

    static byte[] details(CertificateDetails details) {
        return Der.element(
                DETAILS,
                Der.element(NAME, details.name().getBytes(StandardCharsets.UTF_8)),
                list(
                        NETWORKS,
                        details.networks().stream().map(V2Format::network).toList()),
                list(
                        UNSAFE_NETWORKS,
                        details.unsafeNetworks().stream().map(V2Format::network).toList()),
                list(
                        GROUPS,
                        details.groups().stream()
                                .map(group -> Der.element(UTF8, group.getBytes(StandardCharsets.UTF_8)))
                                .toList()),
                details.isCa() ? Der.element(IS_CA, new byte[] {(byte) 0xff}) : NOTHING,
                Der.integer(NOT_BEFORE, details.notBefore().getEpochSecond()),
                Der.integer(NOT_AFTER, details.notAfter().getEpochSecond()),
                details.issuer()
                        .map(issuer -> Der.element(ISSUER, issuer.toBytes()))
                        .orElse(NOTHING));
    }

    /** What Nebula refuses in this version, in words; empty when there is nothing. */
    static Optional<String> problem(CertificateDetails details) {
        int nameBytes = details.name().getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes == 0 || nameBytes > MAX_NAME_BYTES) {
            return Optional.of("a name has 1 to " + MAX_NAME_BYTES + " bytes");
        }
        if (details.groups().contains("")) {
            return Optional.of("a group has a name");
        }
        if (!details.isCa() && details.networks().isEmpty()) {
            return Optional.of("a host needs at least one network");
        }
        if (details.networks().stream().anyMatch(network -> isZero(network.address()))) {
            return Optional.of("the zero address is no network");
        }
        if (hasDuplicates(details.networks()) || hasDuplicates(details.unsafeNetworks())) {
            return Optional.of("a network is listed twice");
        }
        return details.isCa() ? Optional.empty() : unreachable(details);
    }

    /** A host routes for a range only if it has an address of that family. */
    private static Optional<String> unreachable(CertificateDetails details) {
        return details.unsafeNetworks().stream()
                .filter(range -> details.networks().stream()
                        .noneMatch(
                                own -> own.address().isV4() == range.address().isV4()))
                .findFirst()
                .map(range -> range + " needs a network of the same family");
    }

    private static boolean isZero(VpnAddress address) {
        return address.high() == 0 && (address.isV4() ? address.v4() == 0 : address.low() == 0);
    }

    private static boolean hasDuplicates(List<VpnPrefix> networks) {
        return networks.stream().distinct().count() != networks.size();
    }

    private static Der.Reader open(byte[] bytes) throws MalformedException {
        if (bytes.length > Certificate.MAX_BYTES) {
            throw new MalformedException("certificate v2: longer than " + Certificate.MAX_BYTES + " bytes");
        }
        Der.Reader outer = new Der.Reader(bytes);
        Der.Reader certificate = outer.enter(SEQUENCE);
        if (!outer.atEnd()) {
            throw new MalformedException("certificate v2: bytes after its end");
        }
        return certificate;
    }

    private static byte[] signature(Der.Reader reader) throws MalformedException {
        if (reader.nextIs(CURVE) || reader.nextIs(KEY)) {
            throw new MalformedException("certificate v2: a handshake's certificate holds no curve and no public key");
        }
        byte[] signature = reader.content(SIGNATURE);
        if (signature.length == 0 || !reader.atEnd()) {
            throw new MalformedException("certificate v2: it ends with a signature");
        }
        return signature;
    }

    private static Certificate certificate(byte[] rawDetails, PublicKey key, byte[] signature)
            throws MalformedException {
        CertificateDetails details = readDetails(new Der.Reader(rawDetails).enter(DETAILS));
        Optional<String> problem = problem(details);
        if (problem.isPresent()) {
            throw new MalformedException("certificate v2: " + problem.get());
        }
        return new Certificate(CertificateVersion.V2, details, key, rawDetails, signature);
    }

    private static CertificateDetails readDetails(Der.Reader reader) throws MalformedException {
        String name = reader.text(NAME);
        List<VpnPrefix> networks = networks(reader, NETWORKS);
        List<VpnPrefix> unsafeNetworks = networks(reader, UNSAFE_NETWORKS);
        List<String> groups = new ArrayList<>();
        if (reader.nextIs(GROUPS)) {
            Der.Reader each = reader.enter(GROUPS);
            while (!each.atEnd()) {
                groups.add(each.text(UTF8));
            }
        }
        boolean isCa = reader.nextIs(IS_CA) && truth(reader.content(IS_CA));
        return new CertificateDetails(
                name,
                networks,
                unsafeNetworks,
                groups,
                isCa,
                ParsedValues.instant(reader.integer(NOT_BEFORE)),
                ParsedValues.instant(reader.integer(NOT_AFTER)),
                reader.nextIs(ISSUER) ? ParsedValues.issuer(reader.content(ISSUER)) : Optional.<Fingerprint>empty());
    }

    /** Sorted, as Nebula sorts what it reads: the first is the primary address. */
    private static List<VpnPrefix> networks(Der.Reader reader, int tag) throws MalformedException {
        List<VpnPrefix> networks = new ArrayList<>();
        if (reader.nextIs(tag)) {
            Der.Reader each = reader.enter(tag);
            while (!each.atEnd()) {
                networks.add(network(each.content(OCTETS)));
            }
        }
        networks.sort(null);
        return networks;
    }

    private static VpnPrefix network(byte[] bytes) throws MalformedException {
        if (bytes.length != 5 && bytes.length != 17) {
            throw new MalformedException("certificate v2: a network of " + bytes.length + " bytes, not 5 or 17");
        }
        VpnAddress address = VpnAddress.of(Arrays.copyOf(bytes, bytes.length - 1));
        int length = bytes[bytes.length - 1] & 255;
        if (length > address.bits() || address.isV4() != (bytes.length == 5)) {
            throw new MalformedException("certificate v2: not a network");
        }
        return new VpnPrefix(address, length);
    }

    private static byte[] network(VpnPrefix network) {
        byte[] address = network.address().toBytes();
        byte[] bytes = Arrays.copyOf(address, address.length + 1);
        bytes[address.length] = (byte) network.length();
        return Der.element(OCTETS, bytes);
    }

    private static byte[] list(int tag, List<byte[]> elements) {
        return elements.isEmpty() ? NOTHING : Der.element(tag, elements.toArray(byte[][]::new));
    }

    private static boolean truth(byte[] content) throws MalformedException {
        if (content.length != 1 || (content[0] != 0 && content[0] != -1)) {
            throw new MalformedException("certificate v2: not a boolean");
        }
        return content[0] == -1;
    }
}
