package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetcheckTests {
    @Test
    void withoutObserversNothingIsKnown() throws Exception {
        assertThat(kind("192.168.1.2:4242")).isEqualTo("unknown");
    }

    @Test
    void anAddressOfOurOwnMeansNoTranslation() throws Exception {
        assertThat(kind("203.0.113.5:4242", "203.0.113.5:4242", "203.0.113.5:4242"))
                .isEqualTo("none");
        assertThat(kind("192.168.1.2:4242", "192.168.1.2:4242")).isEqualTo("none");
    }

    @Test
    void oneOuterEndpointForEverybodyIsACone() throws Exception {
        assertThat(kind("192.168.1.2:4242", "203.0.113.5:999", "203.0.113.5:999"))
                .isEqualTo("cone");
    }

    @Test
    void oneForEachDestinationIsSymmetric() throws Exception {
        assertThat(kind("192.168.1.2:4242", "203.0.113.5:999", "203.0.113.5:1000"))
                .isEqualTo("symmetric");
    }

    @Test
    void oneObserverCannotTell() throws Exception {
        assertThat(kind("192.168.1.2:4242", "203.0.113.5:999")).isEqualTo("some");
    }

    @Test
    void aNeighbourInTheSameNetworkSaysNothingAboutTheRouter() throws Exception {
        assertThat(kind("192.168.1.2:4242", "192.168.1.2:4242", "203.0.113.5:999", "203.0.113.5:999"))
                .isEqualTo("cone");
    }

    private static String kind(String own, String... observed) throws MalformedException {
        List<UnderlayEndpoint> seen = new ArrayList<>();
        for (String endpoint : observed) {
            seen.add(UnderlayEndpoint.parse(endpoint));
        }
        return Netcheck.nat(List.of(UnderlayEndpoint.parse(own)), seen).kind();
    }
}
