package dev.pharos.agent.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import java.util.List;

/** Prints what certificates say, for eyes or as JSON. */
record PrintMode() implements Mode {
    @Override
    public String summary() {
        return "print <flags>: prints what a certificate says";
    }

    @Override
    public Options options() {
        return new Options()
                .toggle("json", "All certificates of the file as one JSON array")
                .string("out-qr", "", "Where a QR code of the certificates goes, as PNG")
                .string("path", "", "Required: the file with the certificates");
    }

    @Override
    public void run(Options options, Streams streams) throws CertException {
        String path = options.required("path");
        List<Certificate> certificates = certificates(streams.read("path", path));
        if (!Streams.isStandard(options.text("out-qr"))) {
            StringBuilder text = new StringBuilder();
            if (options.isOn("json")) {
                text.append(CertificateJson.array(certificates)).append('\n');
            } else {
                certificates.forEach(certificate ->
                        text.append(CertificateJson.indented(certificate)).append('\n'));
            }
            streams.write("output", "-", text.toString());
        }
        QrImage.write(options, CertificatePem.format(certificates), streams);
    }

    private static List<Certificate> certificates(String pem) throws CertException {
        try {
            return CertificatePem.parse(pem);
        } catch (MalformedException e) {
            throw new CertException("error while unmarshaling cert: " + e.getMessage(), e);
        }
    }
}
