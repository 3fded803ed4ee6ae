package dev.pharos.protocol.bundle;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.json.RecordJson;
import dev.pharos.protocol.json.Shape;
import java.util.List;
import java.util.Locale;

/**
 * JSON of the control protocol. Reads what it does not know without complaint, and nothing else: a field that is missing
 * or null, a number in quotes, a field given twice or bytes after the end are malformed. Writes fields in the order of
 * the record and leaves out what is absent, so equal values have equal bytes.
 */
public final class ControlJson {
    /** Of an envelope with its manifest, and of any request. */
    public static final int MAX_ENVELOPE_BYTES = 1 << 20;

    /** Of one part. */
    public static final int MAX_PART_BYTES = 16 << 20;

    /** Of the answer to an enrolment: an envelope and all parts, in base64. */
    public static final int MAX_ANSWER_BYTES = 64 << 20;

    private static final Shape<Pin> PIN = Shape.text(Pin::parse, Pin::toString);

    private static final RecordJson JSON = RecordJson.withoutNulls()
            .text(VpnAddress.class, VpnAddress::parse, VpnAddress::toString)
            .text(VpnPrefix.class, VpnPrefix::parse, VpnPrefix::toString)
            .text(UnderlayEndpoint.class, UnderlayEndpoint::parse, UnderlayEndpoint::toString)
            .text(Fingerprint.class, Fingerprint::parse, Fingerprint::hex)
            .text(Certificate.class, ControlJson::certificate, ControlJson::pem)
            .text(Binary.class, Binary::parse, Binary::text)
            .text(Digest.class, Digest::parse, Digest::hex)
            .text(HostPort.class, HostPort::parse, HostPort::toString)
            .text(PeerPath.class, PeerPath::parse, PeerPath::toString)
            .text(PortRange.class, PortRange::parse, PortRange::toString)
            .text(SigningPublicKey.class, SigningPublicKey::parse, SigningPublicKey::toString)
            .with(Pin.class, PIN)
            .with(TlsTrust.class, new TlsTrustJson(Shape.list(PIN)))
            .names(NetworkCipher.class, ControlJson::lowerCase)
            .names(Rule.Protocol.class, ControlJson::lowerCase)
            .leavingOutEmpty(Rule.class, "groups")
            .build();

    private ControlJson() {}

    /** The JSON of a value of this package, UTF-8. */
    public static byte[] write(Object value) {
        return JSON.bytes(value);
    }

    /**
     * Reads a value of this package.
     *
     * @throws MalformedException when there are more than {@code maxBytes}, or they are not the JSON of such a value; the
     *     message names the place and never the content, which may be secret
     */
    public static <T> T read(Class<T> type, byte[] json, int maxBytes) throws MalformedException {
        if (json.length > maxBytes) {
            throw new MalformedException(type.getSimpleName() + ": longer than " + maxBytes + " bytes");
        }
        return JSON.read(type, json);
    }

    private static Certificate certificate(String pem) throws MalformedException {
        List<Certificate> certificates = CertificatePem.parse(pem);
        if (certificates.size() != 1) {
            throw new MalformedException("more than one certificate in a PEM");
        }
        return certificates.getFirst();
    }

    private static String pem(Certificate certificate) {
        return CertificatePem.format(List.of(certificate));
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
