package dev.pharos.lab.bench;

import dev.pharos.lab.archive.DebianArchive;
import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.LabException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Who is measured, in the order of each turn. */
final class LineUp {
    static final String CABLE = "no tunnel";
    static final String BOUND = "bound";
    static final String SEALING_BOUND = "bound that seals";
    static final String NEBULA = "nebula";
    static final String WIREGUARD = "wireguard-go";
    static final String PHAROS = "Pharos";
    static final String JDK = "Pharos, JDK's cipher";
    static final String TWO_LOOPS = "Pharos, 2 loops";
    static final String TO_STOCK = "Pharos to nebula";
    static final String FROM_STOCK = "nebula to Pharos";
    static final String RELAYED = "Pharos, relayed";

    static final String NEBULA_VERSION = "1.11.0";
    static final String WIREGUARD_VERSION = "0.0.20260522";

    private static final Set<Row> STREAMS = EnumSet.of(Row.TCP_FRESH, Row.TCP_1, Row.TCP_4, Row.CPU);
    private static final Set<Row> ONE_STREAM = EnumSet.of(Row.TCP_FRESH, Row.TCP_1);

    private LineUp() {}

    /**
     * Fetches and compiles what is not here yet.
     *
     * @throws LabException when a rival cannot be had: a comparison without it is none
     */
    static List<Contender> all(Artefacts artefacts, DebianArchive archive) {
        StockRelease nebula = new StockArchive(archive)
                .find(NEBULA_VERSION)
                .orElseThrow(() -> new LabException("nebula " + NEBULA_VERSION + " is not to be had from the archive"));
        WireGuard wireGuard = archive.find("wireguard-go", WIREGUARD_VERSION)
                .map(files -> new WireGuard(files.resolve("usr/bin/wireguard-go")))
                .orElseThrow(() ->
                        new LabException("wireguard-go " + WIREGUARD_VERSION + " is not to be had from the archive"));
        NodeProgram stock = new NodeProgram.Stock(nebula);
        NodeProgram pharos = pharos(artefacts, "", "");
        List<Contender> all = new ArrayList<>();
        all.add(new BareCable());
        all.add(new Bound(artefacts, Bound.Cipher.NONE));
        if (Bound.canSeal()) {
            all.add(new Bound(artefacts, Bound.Cipher.AES_256_GCM));
        }
        all.add(new NebulaPair(NEBULA, Row.all(), stock, stock));
        all.add(wireGuard);
        all.add(new NebulaPair(PHAROS, Row.all(), pharos, pharos));
        all.add(same(JDK, STREAMS, pharos(artefacts, "", "-Dpharos.cipher=jdk")));
        all.add(same(TWO_LOOPS, STREAMS, pharos(artefacts, "routines: 2\n", "")));
        all.add(new NebulaPair(TO_STOCK, ONE_STREAM, pharos, stock));
        all.add(new NebulaPair(FROM_STOCK, ONE_STREAM, stock, pharos));
        all.add(new Relayed(RELAYED, ONE_STREAM, pharos));
        return all;
    }

    private static Contender same(String name, Set<Row> rows, NodeProgram program) {
        return new NebulaPair(name, rows, program, program);
    }

    private static NodeProgram pharos(Artefacts artefacts, String settings, String javaOptions) {
        return new NodeProgram.Pharos(artefacts, settings, javaOptions);
    }
}
