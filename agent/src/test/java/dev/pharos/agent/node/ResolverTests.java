package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.config.HostPort;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolverTests {
    private final Resolver resolver = new Resolver();

    @Test
    void addressesStandForThemselvesWithoutALookUp() throws Exception {
        assertThat(resolver.endpoints(List.of(new HostPort("192.0.2.1", 4242), new HostPort("2001:db8::1", 0))))
                .containsExactly(UnderlayEndpoint.parse("192.0.2.1:4242"), UnderlayEndpoint.parse("[2001:db8::1]:0"));
    }

    @Test
    void aNameIsNothingUntilItIsLookedUp() {
        HostPort name = new HostPort("localhost", 4242);

        assertThat(resolver.endpoints(List.of(name))).isEmpty();
        assertThat(resolver.lookUp(List.of(name))).isTrue();
        assertThat(resolver.endpoints(List.of(name))).isNotEmpty();
        assertThat(resolver.lookUp(List.of(name))).isFalse();
    }

    @Test
    void aNameThatDoesNotExistIsTold() {
        resolver.lookUp(List.of(new HostPort("no-such-host.invalid", 4242)));

        assertThat(resolver.unresolved()).containsExactly("no-such-host.invalid");
    }
}
