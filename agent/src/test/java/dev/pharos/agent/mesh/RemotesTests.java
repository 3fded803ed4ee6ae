package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where a peer may be, and in which order that is tried. */
class RemotesTests {
    private static UnderlayEndpoint endpoint(String text) throws MalformedException {
        return UnderlayEndpoint.parse(text);
    }

    @Test
    void eachSourceReplacesOnlyWhatItSaidItself() throws MalformedException {
        var remotes = new Remotes();
        UnderlayEndpoint first = endpoint("198.51.100.1:1");
        UnderlayEndpoint second = endpoint("198.51.100.2:2");
        assertThat(remotes.setFrom(Fleet.address(1), List.of(first))).isTrue();
        assertThat(remotes.setFrom(Fleet.address(2), List.of(first))).isFalse();
        assertThat(remotes.set(Remotes.Source.STATIC, List.of(second))).isTrue();
        remotes.setFrom(Fleet.address(1), List.of());
        assertThat(remotes.all()).containsExactlyInAnyOrder(first, second);
        remotes.setFrom(Fleet.address(2), List.of());
        assertThat(remotes.all()).containsExactly(second);
    }

    @Test
    void aSourceSaysAtMostTenEndpointsPerFamily() {
        var remotes = new Remotes();
        List<UnderlayEndpoint> many = new ArrayList<>();
        IntStream.range(1, 100).forEach(i -> {
            many.add(UnderlayEndpoint.ofV4(0x0b000000 + i, 1));
            many.add(new UnderlayEndpoint(0x20010db800000000L, i, 1));
        });
        remotes.setFrom(Fleet.address(1), many);
        assertThat(remotes.all()).hasSize(20);
    }

    @Test
    void theLatestEndpointHeardStandsFirst() {
        var remotes = new Remotes();
        for (int i = 1; i <= 20; i++) {
            remotes.heard(Fleet.publicEndpoint(i));
        }
        remotes.heard(Fleet.publicEndpoint(15));
        assertThat(remotes.heardFrom()).hasSize(10).startsWith(Fleet.publicEndpoint(15), Fleet.publicEndpoint(20));
    }

    @Test
    void nonsenseIsNotTried() throws MalformedException {
        var remotes = new Remotes();
        remotes.setFrom(
                Fleet.address(1),
                List.of(
                        endpoint("0.0.0.0:4242"),
                        endpoint("198.51.100.1:0"),
                        endpoint("224.0.0.1:4242"),
                        endpoint("255.255.255.255:4242"),
                        endpoint("[ff02::1]:4242"),
                        endpoint("[::]:4242")));
        assertThat(remotes.isEmpty()).isTrue();
    }

    @Test
    void theOrderIsPreferredRangesThenIpv6ThenPublicThenPrivate() throws MalformedException {
        List<UnderlayEndpoint> wanted = List.of(
                endpoint("192.168.7.9:4242"),
                endpoint("[2001:db8::1]:4242"),
                endpoint("198.51.100.1:4242"),
                endpoint("198.51.100.1:4243"),
                endpoint("198.51.100.2:1"),
                endpoint("10.0.0.1:4242"),
                endpoint("100.64.0.1:4242"),
                endpoint("172.16.0.1:4242"),
                endpoint("192.168.8.1:4242"));
        List<UnderlayEndpoint> shuffled = new ArrayList<>(wanted);
        Collections.reverse(shuffled);
        shuffled.sort(RemoteOrder.preferring(List.of(VpnPrefix.parse("192.168.7.0/24"))));
        assertThat(shuffled).containsExactlyElementsOf(wanted);
    }
}
