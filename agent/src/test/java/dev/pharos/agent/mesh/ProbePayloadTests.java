package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.ProbePayload.Announcement;
import dev.pharos.agent.mesh.ProbePayload.Ping;
import dev.pharos.agent.mesh.ProbePayload.Pong;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ProbePayloadTests {

    @Test
    void theBytesAreAsDocumented() {
        assertThat(hex(new Ping(7, Urgency.DEAF))).isEqualTo("5068523101000000000000000701");
        assertThat(hex(new Pong(7, Optional.of(UnderlayEndpoint.ofV4(0xc6336401, 4242)))))
                .isEqualTo("506852310200000000000000070000000000000000" + "0000ffffc6336401" + "1092");
        assertThat(hex(new Announcement(List.of(), List.of(Fleet.address(1)))))
                .isEqualTo("50685231030001" + "0000000000000000" + "0000ffff0a2a0001");
    }

    private static String hex(ProbePayload payload) {
        return HexFormat.of().formatHex(payload.toBytes());
    }

    @Test
    void whatIsWrittenIsRead() {
        List<ProbePayload> payloads = List.of(
                new Ping(-1, Urgency.ROUTINE),
                new Ping(1, Urgency.MOVED),
                new Pong(2, Optional.empty()),
                new Pong(3, Optional.of(new UnderlayEndpoint(0x20010db8L << 32, 9, 65535))),
                new Announcement(List.of(Fleet.publicEndpoint(1), Fleet.publicEndpoint(2)), List.of(Fleet.address(9))));
        for (ProbePayload payload : payloads) {
            byte[] bytes = payload.toBytes();
            assertThat(ProbePayload.parse(bytes, 0, bytes.length)).contains(payload);
        }
    }

    @Test
    void anAnnouncementIsCutToItsBounds() {
        var announcement = new Announcement(
                Collections.nCopies(100, Fleet.publicEndpoint(1)), Collections.nCopies(100, Fleet.address(1)));
        assertThat(announcement.endpoints()).hasSize(ProbePayload.MAX_ENDPOINTS);
        assertThat(announcement.relays()).hasSize(ProbePayload.MAX_RELAYS);
    }

    @Property
    void anythingElseIsNotOurs(@ForAll @Size(max = 64) byte[] bytes) {
        assertThat(ProbePayload.parse(bytes, 0, bytes.length)).isEmpty();
    }

    @Property
    void aPayloadCutOffIsNotOurs(@ForAll int seed) {
        byte[] whole = new Announcement(List.of(Fleet.publicEndpoint(1)), List.of(Fleet.address(1))).toBytes();
        int length = Math.floorMod(seed, whole.length);
        assertThat(ProbePayload.parse(whole, 0, length)).isEmpty();
    }
}
