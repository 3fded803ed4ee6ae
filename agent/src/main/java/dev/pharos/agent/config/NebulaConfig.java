package dev.pharos.agent.config;

import dev.pharos.protocol.VpnPrefix;
import java.nio.file.Path;
import java.util.List;

/**
 * A whole Nebula configuration file.
 *
 * @param preferredRanges underlay ranges whose addresses are preferred
 * @param routines packet loops; 0 when the file does not say
 * @param warnings what in the file is not known, or not yet heeded, one line each
 */
public record NebulaConfig(
        PkiSettings pki,
        LighthouseSettings lighthouse,
        ListenSettings listen,
        PunchSettings punch,
        Cipher cipher,
        List<VpnPrefix> preferredRanges,
        RelaySettings relay,
        TunSettings tun,
        FirewallSettings firewall,
        TimingSettings timing,
        LoggingSettings logging,
        int routines,
        List<String> warnings) {

    /** The transport cipher; every host of a mesh has the same. */
    public enum Cipher {
        AES,
        CHACHAPOLY
    }

    /**
     * Reads and checks a file.
     *
     * @throws ConfigException at the first mistake
     */
    public static NebulaConfig read(Path file) throws ConfigException {
        return read(YamlFile.read(file));
    }

    static NebulaConfig read(Section top) throws ConfigException {
        return new NebulaConfig(
                PkiSettings.read(top.section("pki")),
                LighthouseSettings.read(top),
                ListenSettings.read(top.section("listen")),
                PunchSettings.read(top),
                top.oneOf("cipher", "aes", "chachapoly").equals("aes") ? Cipher.AES : Cipher.CHACHAPOLY,
                top.list("preferred_ranges", VpnPrefix::parse),
                RelaySettings.read(top.section("relay")),
                TunSettings.read(top.section("tun")),
                FirewallSettings.read(top.section("firewall")),
                TimingSettings.read(top),
                LoggingSettings.read(top.section("logging")),
                top.number("routines", 0, 0, 1024),
                KnownKeys.check(top));
    }
}
