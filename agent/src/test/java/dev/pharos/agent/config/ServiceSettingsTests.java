package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.config.StatsSettings.Detail;
import dev.pharos.agent.config.StatsSettings.Graphite;
import dev.pharos.agent.config.StatsSettings.Prometheus;
import dev.pharos.agent.config.StatsSettings.Transport;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceSettingsTests {
    @Test
    void nothingIsOfferedUnlessAsked() throws Exception {
        assertThat(read("")).isEqualTo(ServiceSettings.NONE);
    }

    @Test
    void onlyALighthouseAnswersNames() throws Exception {
        String dns = "lighthouse: {serve_dns: true, dns: {host: \"[::]\", port: 5353}, am_lighthouse: ";

        assertThat(read(dns + "true}").dns()).contains(new DnsSettings("::", 5353));
        assertThat(read(dns + "false}").dns()).isEmpty();
        assertThat(read("lighthouse: {serve_dns: true, am_lighthouse: true}").dns())
                .contains(new DnsSettings("", 53));
    }

    @Test
    void metricsGoToGraphite() throws Exception {
        StatsSettings stats = read("stats: {type: graphite, interval: 10s, protocol: udp, host: 'm.example:2003',"
                        + " message_metrics: true}")
                .stats();

        assertThat(stats.exporter())
                .contains(
                        new Graphite(Duration.ofSeconds(10), Transport.UDP, new HostPort("m.example", 2003), "nebula"));
        assertThat(stats.messages()).isEqualTo(Detail.BY_TYPE);
        assertThat(stats.lighthouse()).isEqualTo(Detail.TOTALS);
    }

    @Test
    void metricsAreServedToPrometheus() throws Exception {
        assertThat(read("stats: {type: prometheus, interval: 1s, listen: ':8080', path: metrics, subsystem: s}")
                        .stats()
                        .exporter())
                .contains(new Prometheus(Duration.ofSeconds(1), new HostPort("", 8080), "/metrics", "", "s"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        stats: {type: prometheus}                              | node.yml: stats.path: is missing
        stats: {type: graphite}                                | node.yml: stats.interval: must say how often, such as 10s
        stats: {type: graphite, interval: 1s}                  | node.yml: stats.host: is missing
        stats: {type: statsd}                                  | node.yml: stats.type: is "statsd", must be one of none, graphite, prometheus
        """)
    void aMistakeIsSaid(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml)).hasMessage(message);
    }

    private static ServiceSettings read(String yaml) throws ConfigException {
        return ServiceSettings.read(YamlFile.parse(Path.of("node.yml"), yaml));
    }
}
