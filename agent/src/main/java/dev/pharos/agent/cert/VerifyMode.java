package dev.pharos.agent.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.Verdict;
import java.time.InstantSource;
import java.util.List;

/** Says whether hosts' certificates are good now, by the authorities in a file. */
record VerifyMode(InstantSource clock) implements Mode {
    @Override
    public String summary() {
        return "verify <flags>: says whether certificates are valid now and signed by an authority in a file";
    }

    @Override
    public Options options() {
        return new Options()
                .string("ca", "", "Required: the file with the authorities' certificates")
                .string("crt", "", "Required: the file with the certificates to judge");
    }

    @Override
    public void run(Options options, Streams streams) throws CertException {
        String authorities = options.required("ca");
        String path = options.required("crt");
        Streams.oneInput(options, List.of("ca", "crt"));
        CaPool pool = pool(streams.read("ca", authorities));
        List<String> problems = certificates(streams.read("crt", path)).stream()
                .map(certificate -> pool.verify(certificate, clock.instant(), Blocklist.EMPTY))
                .<String>mapMulti((verdict, messages) -> {
                    if (verdict instanceof Verdict.Rejected rejected) {
                        messages.accept("error while verifying certificate: " + rejected.message());
                    }
                })
                .toList();
        if (!problems.isEmpty()) {
            throw new CertException(String.join("\n", problems));
        }
    }

    private static CaPool pool(String pem) throws CertException {
        try {
            return CaPool.parsePem(pem);
        } catch (MalformedException e) {
            throw new CertException("error while adding ca cert to pool: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> certificates(String pem) throws CertException {
        try {
            return CertificatePem.parse(pem);
        } catch (MalformedException e) {
            throw new CertException("error while parsing crt: " + e.getMessage(), e);
        }
    }
}
