package dev.pharos.agent.config;

import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.noise.CipherSuite;
import java.nio.file.Path;
import java.util.List;

/**
 * A whole Nebula configuration file.
 *
 * @param preferredRanges underlay ranges whose addresses are preferred
 * @param warnings what in the file is not known, or not yet heeded, one line each
 */
public record NebulaConfig(
        Identity identity,
        LighthouseSettings lighthouse,
        ListenSettings listen,
        Punching punching,
        List<VpnPrefix> preferredRanges,
        Relaying relaying,
        TunSettings tun,
        FirewallSettings firewall,
        TimingSettings timing,
        LoggingSettings logging,
        ServiceSettings services,
        List<String> warnings) {

    /**
     * Reads and checks a file, and those that it names.
     *
     * @throws ConfigException at the first mistake
     */
    public static NebulaConfig read(Path file) throws ConfigException {
        return read(YamlFile.read(file));
    }

    static NebulaConfig read(Section top) throws ConfigException {
        CipherSuite cipher =
                top.oneOf("cipher", "aes", "chachapoly").equals("aes") ? CipherSuite.AES_GCM : CipherSuite.CHACHA_POLY;
        return new NebulaConfig(
                PkiSettings.read(top.section("pki"), cipher),
                LighthouseSettings.read(top),
                ListenSettings.read(top.section("listen")),
                PunchSettings.read(top),
                top.list("preferred_ranges", VpnPrefix::parse),
                RelaySettings.read(top.section("relay")),
                TunSettings.read(top.section("tun")),
                FirewallSettings.read(top.section("firewall")),
                TimingSettings.read(top),
                LoggingSettings.read(top.section("logging")),
                ServiceSettings.read(top),
                KnownKeys.check(top));
    }
}
