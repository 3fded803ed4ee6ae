package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pharos.agent.mesh.Fleet.Family;
import dev.pharos.agent.mesh.Fleet.Flavour;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.noise.CipherSuite;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every combination of certificates, curve, cipher and address family: found, punched through, relayed. */
class FlavourTests {
    private static final List<CertificateVersion> V1 = List.of(CertificateVersion.V1);
    private static final List<CertificateVersion> V2 = List.of(CertificateVersion.V2);
    private static final List<CertificateVersion> BOTH = List.of(CertificateVersion.V1, CertificateVersion.V2);

    static Stream<Arguments> flavours() {
        return Stream.of(V1, V2, BOTH)
                .flatMap(versions -> Stream.of(Curve.values())
                        .flatMap(curve -> Stream.of(CipherSuite.values())
                                .flatMap(cipher -> Stream.of(Family.values())
                                        .filter(family -> family == Family.V4 || versions.equals(V2))
                                        .map(family -> arguments(new Flavour(versions, curve, cipher, family))))));
    }

    @ParameterizedTest
    @MethodSource("flavours")
    void hostsFindEachOtherDirectlyAndThroughARelay(Flavour flavour) {
        var fleet = new Fleet(11, flavour);
        fleet.lighthouse("anchor");
        SimulatedHost open = fleet.open("open");
        SimulatedHost one = fleet.behind(Nat.Kind.SYMMETRIC, "one");
        SimulatedHost two = fleet.behind(Nat.Kind.SYMMETRIC, "two");
        Internet internet = fleet.internet();
        internet.run(Times.seconds(1));

        one.say(open.address(), "directly");
        one.say(two.address(), "through the relay");
        internet.run(Times.seconds(2));

        assertThat(open.hasHeard(one.address(), "directly")).isTrue();
        assertThat(one.isDirectTo(open.address())).isTrue();
        assertThat(two.hasHeard(one.address(), "through the relay")).isTrue();
        assertThat(one.isRelayedTo(two.address())).isTrue();
    }
}
