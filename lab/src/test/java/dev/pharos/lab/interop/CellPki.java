package dev.pharos.lab.interop;

import dev.pharos.lab.interop.Cell.Certificates;
import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The authorities of one cell, one for each version of certificate in it, and its hosts' keys. */
final class CellPki {
    private final Path directory;
    private final Cell cell;
    private final StockRelease stock;
    private final List<NebulaAuthority> old = new ArrayList<>();
    private final List<NebulaAuthority> fresh = new ArrayList<>();

    CellPki(Path directory, Cell cell, StockRelease stock, StockRelease newest) {
        this.directory = directory;
        this.cell = cell;
        this.stock = stock;
        if (cell.certificates() != Certificates.V2) {
            old.add(authority("v1", stock, cell.readsVersion2() ? List.of("-version", "1") : List.of()));
        }
        if (cell.certificates() != Certificates.V1) {
            fresh.add(authority("v2", newest, List.of("-version", "2")));
        }
    }

    /**
     * A host's key with its certificates and the authorities it trusts: all of the cell's where it can read them.
     *
     * @param ours whether it is our agent
     */
    NebulaIdentity identity(String name, String overlay, boolean ours) throws IOException {
        Path key = directory.resolve(name + ".key");
        Path publicKey = directory.resolve(name + ".pub");
        List<String> keygen = new ArrayList<>(List.of(
                stock.nebulaCert().toString(), "keygen", "-out-key", key.toString(), "-out-pub", publicKey.toString()));
        keygen.addAll(curve(stock));
        Shell.run(keygen, "");

        List<NebulaAuthority> trusted = new ArrayList<>(old);
        if (ours || cell.readsVersion2()) {
            trusted.addAll(fresh);
        }
        StringBuilder authorities = new StringBuilder();
        StringBuilder certificates = new StringBuilder();
        for (NebulaAuthority authority : trusted) {
            authorities.append(Files.readString(authority.certificate()));
            certificates.append(Files.readString(authority.sign(name, overlay + "/24", publicKey)));
        }
        return new NebulaIdentity(
                Files.writeString(directory.resolve(name + "-ca.crt"), authorities),
                Files.writeString(directory.resolve(name + ".crt"), certificates),
                key);
    }

    private NebulaAuthority authority(String name, StockRelease by, List<String> version) {
        List<String> options = new ArrayList<>(version);
        options.addAll(curve(by));
        Path home = directory.resolve(name);
        if (!home.toFile().mkdirs()) {
            throw new IllegalStateException("cannot make " + home);
        }
        return new NebulaAuthority(home, by.nebulaCert().toString(), options);
    }

    /** Version 1.6.1 knows one curve and no option for it. */
    private List<String> curve(StockRelease by) {
        return by.version().equals("1.6.1")
                ? List.of()
                : List.of("-curve", cell.curve().option());
    }
}
