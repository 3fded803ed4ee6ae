package dev.pharos.agent.cert;

import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.security.SecureRandom;
import java.util.List;

/** Makes a host's key pair where it is used, so that the private half never leaves it. */
record KeygenMode(SecureRandom random) implements Mode {
    @Override
    public String summary() {
        return "keygen <flags>: makes a key pair; sign takes the public half";
    }

    @Override
    public Options options() {
        return new Options()
                .string("out-pub", "", "Required: where the public key goes")
                .string("out-key", "", "Required: where the private key goes")
                .string("curve", "25519", "25519 or P256")
                .string("pkcs11", "", Values.PKCS11);
    }

    @Override
    public void run(Options options, Streams streams) throws CertException {
        Values.refusePkcs11(options);
        String keyPath = options.required("out-key");
        String publicPath = options.required("out-pub");
        Curve curve = Values.curve(options.text("curve"));
        Streams.oneOutput(options, List.of("out-key", "out-pub"));
        HostKey key = HostKey.generate(curve, random);
        streams.write("out-key", keyPath, key.toPem());
        streams.write("out-pub", publicPath, key.publicKey().toPem());
        key.wipe();
    }
}
