package dev.pharos.agent.config;

import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.noise.CipherSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A whole Nebula configuration file.
 *
 * @param preferredRanges underlay ranges whose addresses are preferred
 * @param routines event loops, when the file says how many
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
        OptionalInt routines,
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
                routines(top),
                top.warnings());
    }

    /** Old files have one number for the device and one for the socket, of which Nebula takes the larger. */
    private static OptionalInt routines(Section top) throws ConfigException {
        int asked = number(top);
        int old = Math.max(number(top.section("tun")), number(top.section("listen")));
        return asked != 0 ? OptionalInt.of(asked) : old != 0 ? OptionalInt.of(old) : OptionalInt.empty();
    }

    /** Nebula makes one of a negative number; zero says nothing. */
    private static int number(Section section) throws ConfigException {
        int number = section.number("routines", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return number < 0 ? 1 : number;
    }

    private static List<VpnPrefix> preferredRanges(Section top) throws ConfigException {
        List<VpnPrefix> ranges = new ArrayList<>(top.list("preferred_ranges", VpnPrefix::parse));
        top.value("local_range", VpnPrefix::parse).ifPresent(ranges::add);
        return List.copyOf(ranges);
    }
}
