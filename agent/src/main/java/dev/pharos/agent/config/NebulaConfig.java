package dev.pharos.agent.config;

import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.noise.CipherSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole Nebula configuration file.
 *
 * @param preferredRanges underlay ranges whose addresses are preferred
 * @param warnings what in the file its author should look at, one line each
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
        return ConfigFile.read(file).config();
    }

    static NebulaConfig read(Section top) throws ConfigException {
        CipherSuite cipher =
                top.oneOf("cipher", "aes", "chachapoly").equals("aes") ? CipherSuite.AES_GCM : CipherSuite.CHACHA_POLY;
        KeyCheck.check(top);
        Identity identity = PkiSettings.read(top.section("pki"), cipher);
        return new NebulaConfig(
                identity,
                LighthouseSettings.read(top),
                ListenSettings.read(top.section("listen")),
                PunchSettings.read(top),
                preferredRanges(top),
                RelaySettings.read(top.section("relay")),
                TunSettings.read(top.section("tun"), identity.networks()),
                FirewallSettings.read(top.section("firewall")),
                TimingSettings.read(top),
                LoggingSettings.read(top.section("logging")),
                ServiceSettings.read(top),
                top.warnings());
    }

    private static List<VpnPrefix> preferredRanges(Section top) throws ConfigException {
        List<VpnPrefix> ranges = new ArrayList<>(top.list("preferred_ranges", VpnPrefix::parse));
        top.value("local_range", VpnPrefix::parse).ifPresent(ranges::add);
        return List.copyOf(ranges);
    }
}
