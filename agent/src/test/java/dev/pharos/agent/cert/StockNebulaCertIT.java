package dev.pharos.agent.cert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same command lines for the real {@code nebula-cert} and for ours, step by step: the same exit codes, the same files
 * with the same modes, the same output, and each accepts what the other made. The real one is Debian's, or what the
 * system property {@code nebula-cert} names; what an old release does not know is left out.
 */
class StockNebulaCertIT {
    private static final String PROGRAM = System.getProperty("nebula-cert", "nebula-cert");
    private static final JsonMapper JSON = new JsonMapper();

    /** What a release before 1.10 calls them. */
    private static final Map<String, String> OLD_NAMES = Map.of("networks", "ips", "unsafeNetworks", "subnets");

    @TempDir
    Path root;

    private Tool stock;
    private Tool pharos;
    private boolean knowsVersions;

    @BeforeEach
    void sideBySide() throws Exception {
        stock = new Tool.Stock(PROGRAM, Files.createDirectory(root.resolve("stock")), Optional.of("sesame"));
        pharos = new Tool.Pharos(Files.createDirectory(root.resolve("pharos")), Optional.of("sesame"));
        try {
            knowsVersions = stock.run("ca", "-h").err().contains("-version");
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw new AssertionError("nebula-cert is missing: apt-get install nebula", e);
            }
            Assumptions.abort("nebula-cert is missing: apt-get install nebula");
        }
    }

    @Test
    void scriptsSeeTheSameExitCodesAndFiles() throws Exception {
        for (String line : """
            -h
            fly
            ca -h
            ca
            ca -name
            ca -bogus
            ca -name lab -duration soon
            ca -name lab -duration -1h
            ca -name lab -ips bogus
            ca -name lab -duration 24h -groups servers,lab -ips 10.42.0.0/16 -subnets 192.168.0.0/16 -out-qr ca.png
            ca -name lab
            ca -name other -out-key other.key -out-crt other.crt
            ca --name=third -out-key=third.key -out-crt=third.crt
            ca -name fourth -out-key fourth.key -out-crt third.crt
            keygen
            keygen -out-key rpi.key
            keygen -out-pub rpi.pub
            keygen -out-key laptop.key -out-pub laptop.pub
            keygen -out-key laptop.key -out-pub laptop.pub
            keygen -out-key /nowhere/a.key -out-pub a.pub
            sign
            sign -name rpi
            sign -ip 10.42.0.20/24
            sign -name rpi -ip 10.42.0.20
            sign -name rpi -ip bogus
            sign -name rpi -ip 10.43.0.20/24
            sign -name rpi -ip 10.42.0.20/24 -groups strangers
            sign -name rpi -ip 10.42.0.20/24 -subnets 172.16.0.0/24
            sign -name rpi -ip 10.42.0.20/24 -duration 48h
            sign -name rpi -ip 10.42.0.20/24 -ca-key other.key
            sign -name rpi -ip 10.42.0.20/24 -ca-crt nowhere.crt
            sign -name rpi -ip 10.42.0.20/24 -ca-crt ca.key
            sign -name rpi -ip 10.42.0.20/24 -in-pub laptop.key
            sign -name rpi -ip 10.42.0.20/24 -in-pub laptop.pub -out-key rpi.key
            sign -name rpi -ip 10.42.0.20/24 -groups servers,,lab -subnets 192.168.7.0/24 -out-qr rpi.png
            sign -name rpi -ip 10.42.0.20/24
            sign -name two -ip 10.42.0.21/24 -out-crt two.crt -out-key rpi.key
            sign -name laptop -ip 10.42.0.10/24 -in-pub laptop.pub -duration 1h30m
            sign -name laptop -ip 10.42.0.10/24 -in-pub laptop.pub
            sign -name stray -ip 10.99.0.1/24 -ca-key other.key -ca-crt other.crt
            print
            print -path nowhere.crt
            print -path rpi.key
            print -path rpi.crt
            print -json -path rpi.crt -out-qr again.png
            verify
            verify -ca ca.crt
            verify -ca nowhere.crt -crt rpi.crt
            verify -ca ca.crt -crt nowhere.crt
            verify -ca rpi.crt -crt rpi.crt
            verify -ca ca.crt -crt ca.crt
            verify -ca ca.crt -crt stray.crt
            verify -ca ca.crt -crt rpi.crt
            verify -ca ca.crt -crt laptop.crt
            """.lines().toList()) {
            same(List.of(line.split(" ", -1)));
        }
        assertThat(stock.files()).hasSizeGreaterThan(14);
        eachAccepts("ca.crt", "rpi.crt");
        eachAccepts("ca.crt", "laptop.crt");
        for (String picture : List.of("ca", "rpi")) {
            byte[] theirs = Files.readAllBytes(stock.directory().resolve(picture + ".png"));
            byte[] ours = Files.readAllBytes(pharos.directory().resolve(picture + ".png"));
            assertThat(QrRead.text(theirs)).isEqualTo(stock.read(picture + ".crt"));
            assertThat(QrRead.text(ours)).isEqualTo(pharos.read(picture + ".crt"));
        }
    }

    @Test
    void newerOptionsToo() throws Exception {
        Assumptions.assumeTrue(knowsVersions, "this nebula-cert is older than 1.10");
        for (String line : """
            -version
            ca -name lab -version 3
            ca -name lab -version 1 -networks fd00::/8
            ca -name lab -curve bogus
            ca -name lab -curve P256 -version 2 -networks 10.42.0.0/16,fd00::/8 -unsafe-networks 192.168.0.0/16
            ca -name old -curve X25519 -version 1 -out-crt old.crt -out-key old.key
            ca -name locked -encrypt -argon-memory 0 -out-crt locked.crt -out-key locked.key
            ca -name locked -encrypt -argon-memory 1024 -argon-parallelism 2 -argon-iterations 2 -out-crt locked.crt -out-key locked.key
            ca -name streamed -out-key streamed.key -out-crt -
            ca -name streamed -out-key - -out-crt -
            keygen -curve P256 -out-key p.key -out-pub p.pub
            keygen -curve bogus -out-key p.key -out-pub p.pub
            keygen -out-key x.key -out-pub x.pub
            keygen -out-key - -out-pub -
            sign -name both -networks fd00::1/64,10.42.0.20/24 -unsafe-networks 192.168.7.0/24
            sign -name one -networks 10.42.0.20/24 -version 1
            sign -name one -networks 10.42.0.20/24,10.42.0.21/24 -version 1 -out-crt a -out-key b
            sign -name one -networks 10.42.0.20/24,fd00::1/64 -version 1 -out-crt a -out-key b
            sign -name one -networks 10.42.0.20/24 -version 3 -out-crt a -out-key b
            sign -name key -networks 10.42.0.20/24 -in-pub p.pub
            sign -name wrong -networks 10.42.0.20/24 -in-pub x.pub
            sign -name v2 -networks 10.42.0.20/24 -version 2 -ca-crt old.crt -ca-key old.key
            sign -name v1 -networks 10.42.0.20/24 -ca-crt old.crt -ca-key old.key
            sign -name lock -networks 10.42.0.20/24 -ca-crt locked.crt -ca-key locked.key
            sign -name twice -networks 10.42.0.20/24 -in-pub - -ca-crt -
            """.lines().toList()) {
            same(List.of(line.split(" ", -1)));
        }
        eachAccepts("ca.crt", "both.crt");
        eachAccepts("ca.crt", "one.crt");
        eachAccepts("ca.crt", "key.crt");
        eachAccepts("old.crt", "v2.crt");
        eachAccepts("old.crt", "v1.crt");
        eachAccepts("locked.crt", "lock.crt");
        pharos.write("ca.crt", stock.read("locked.crt"));
        pharos.write("ca.key", stock.read("locked.key"));
        assertThat(pharos.run("sign", "-name", "crossed", "-networks", "10.42.0.20/24")
                        .exit())
                .isZero();
    }

    /** One command line for both; an authority is of version 1 where stock knows no other. */
    private void same(List<String> arguments) throws Exception {
        List<String> ours = new ArrayList<>(arguments);
        if (!knowsVersions && arguments.getFirst().equals("ca") && arguments.size() > 1) {
            ours.addAll(1, List.of("-version", "1"));
        }
        Tool.Result theirs = stock.run("", arguments);
        Tool.Result result = pharos.run("", ours);
        String what = "%s%nstock: %s%nours: %s".formatted(arguments, theirs.err(), result.err());
        assertThat(result.exit()).as(what).isEqualTo(theirs.exit());
        assertThat(pharos.files()).as(what).isEqualTo(stock.files());
        assertThat(result.out().length == 0).as(what).isEqualTo(theirs.out().length == 0);
    }

    private void eachAccepts(String authority, String certificate) throws Exception {
        for (Tool maker : List.of(stock, pharos)) {
            for (Tool judge : List.of(stock, pharos)) {
                judge.write("judged-ca.crt", maker.read(authority));
                judge.write("judged.crt", maker.read(certificate));
                Tool.Result verdict = judge.run("verify", "-ca", "judged-ca.crt", "-crt", "judged.crt");
                assertThat(verdict.exit()).as(verdict.err()).isZero();
            }
            samePrint();
        }
    }

    private void samePrint() throws Exception {
        String theirs = stock.run("print", "-json", "-path", "judged.crt").text();
        String ours = pharos.run("print", "-json", "-path", "judged.crt").text();
        if (knowsVersions) {
            assertThat(ours).isEqualTo(theirs);
            assertThat(pharos.run("print", "-path", "judged.crt").text())
                    .isEqualTo(stock.run("print", "-path", "judged.crt").text());
            return;
        }
        JsonNode old = JSON.readTree(theirs);
        JsonNode here = JSON.readTree(ours).get(0);
        assertThat(here.get("fingerprint")).isEqualTo(old.get("fingerprint"));
        assertThat(here.get("signature")).isEqualTo(old.get("signature"));
        for (String field : List.of(
                "name",
                "networks",
                "unsafeNetworks",
                "groups",
                "isCa",
                "issuer",
                "notBefore",
                "notAfter",
                "publicKey")) {
            assertThat(here.get("details").get(field))
                    .as(field)
                    .isEqualTo(old.get("details").get(OLD_NAMES.getOrDefault(field, field)));
        }
    }
}
