package dev.pharos.lab.nebula;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.NebulaConfig.Lighthouse;
import dev.pharos.lab.nebula.NebulaConfig.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NebulaConfigTests {
    private static final NebulaIdentity IDENTITY =
            new NebulaIdentity(Path.of("/pki/ca.crt"), Path.of("/pki/rpi.crt"), Path.of("/pki/rpi.key"));
    private static final List<Lighthouse> LIGHTHOUSES =
            List.of(new Lighthouse("10.42.0.1", "203.0.113.5:4242"), new Lighthouse("10.42.0.2", "198.51.100.2:4242"));

    @Test
    void aClientAsksItsLighthousesAndIsReachedThroughItsRelays() {
        JsonNode yaml = read(
                new NebulaConfig(IDENTITY, Role.CLIENT, LIGHTHOUSES, List.of("10.42.0.2"), NebulaConfig.PING_ONLY));

        assertThat(yaml.at("/lighthouse/am_lighthouse").asBoolean()).isFalse();
        assertThat(yaml.at("/lighthouse/hosts").valueStream().map(JsonNode::asString))
                .containsExactly("10.42.0.1", "10.42.0.2");
        assertThat(yaml.at("/static_host_map/10.42.0.2/0").asString()).isEqualTo("198.51.100.2:4242");
        assertThat(yaml.at("/relay/am_relay").asBoolean()).isFalse();
        assertThat(yaml.at("/relay/relays/0").asString()).isEqualTo("10.42.0.2");
        assertThat(yaml.at("/listen/port").asInt()).isZero();
        assertThat(yaml.at("/firewall/inbound/0/proto").asString()).isEqualTo("icmp");
    }

    @Test
    void aLighthouseKnowsTheOtherYetAsksNobody() {
        JsonNode yaml = read(new NebulaConfig(
                IDENTITY, Role.LIGHTHOUSE_AND_RELAY, LIGHTHOUSES.subList(1, 2), List.of(), NebulaConfig.OPEN));

        assertThat(yaml.at("/lighthouse/am_lighthouse").asBoolean()).isTrue();
        assertThat(yaml.at("/lighthouse/hosts").size()).isZero();
        assertThat(yaml.at("/static_host_map").size()).isEqualTo(1);
        assertThat(yaml.at("/relay/am_relay").asBoolean()).isTrue();
        assertThat(yaml.at("/listen/port").asInt()).isEqualTo(4242);
    }

    private static JsonNode read(NebulaConfig config) {
        return new JsonMapper().valueToTree(new Yaml().load(config.yaml()));
    }
}
