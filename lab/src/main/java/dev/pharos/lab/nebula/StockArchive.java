package dev.pharos.lab.nebula;

import dev.pharos.lab.archive.DebianArchive;
import java.util.Optional;

/** Versions of stock nebula that the distribution has in one of its suites. */
public final class StockArchive {
    private final DebianArchive archive;

    public StockArchive() {
        this(new DebianArchive());
    }

    public StockArchive(DebianArchive archive) {
        this.archive = archive;
    }

    /** That version, from the cache or the archive; empty when the archive no longer has it or cannot be reached. */
    public Optional<StockRelease> find(String version) {
        return archive.find("nebula", version).map(directory -> StockRelease.unpackedAt(version, directory));
    }
}
