package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.HostReport.Peer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostReportTests {
    private static final Instant NOW = Instant.parse("2026-11-28T06:00:00Z");

    @Test
    void whatFitsIsToldWhole() {
        HostReport whole = of(3);

        assertThat(whole.within(10_000)).isSameAs(whole);
        assertThat(whole.omitted()).isEmpty();
    }

    @Test
    void ofTooManyThosePeersAreToldThatWereHeardLast() throws Exception {
        HostReport told = of(1000).within(20_000);

        byte[] json = ControlJson.write(told);
        assertThat(json.length).isBetween(19_000, 20_000);
        int count = told.peers().size();
        assertThat(told.peers()).isEqualTo(of(count).peers());
        assertThat(told.omitted()).contains(1000 - count);
        assertThat(ControlJson.read(HostReport.class, json, 20_000)).isEqualTo(told);
    }

    @Test
    void aPeerThatHasNotBeenHeardYetIsTheLatest() {
        Peer heard = peer(1, Optional.of(NOW));
        Peer fresh = peer(2, Optional.empty());
        int roomForOne = ControlJson.write(of(List.of(heard))).length + 20;

        assertThat(of(List.of(heard, fresh)).within(roomForOne).peers()).containsExactly(fresh);
    }

    private static HostReport of(int peers) {
        return of(IntStream.range(0, peers)
                .mapToObj(number -> peer(number, Optional.of(NOW.minusSeconds(number))))
                .toList());
    }

    private static HostReport of(List<Peer> peers) {
        return new HostReport(
                "0.1.0", "linux/amd64", NOW, Optional.of(NOW), Optional.empty(), peers, Optional.empty(), List.of());
    }

    private static Peer peer(int number, Optional<Instant> heard) {
        return new Peer(
                VpnAddress.ofV4(0x0A40_0000 + number),
                PeerPath.DIRECT,
                Optional.of(UnderlayEndpoint.ofV4(0xC633_6407, 4242)),
                List.of(),
                List.of(),
                Optional.of(1.5),
                Optional.of(NOW),
                heard,
                1,
                2);
    }
}
