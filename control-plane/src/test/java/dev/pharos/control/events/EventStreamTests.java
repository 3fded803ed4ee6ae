package dev.pharos.control.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.events.EventStream.RevisionEvent;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

class EventStreamTests {
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final EventStream stream = new EventStream(
            "net_1",
            new SseEmitter() {
                @Override
                public void send(SseEventBuilder event) throws IOException {
                    sent.add(event.build().stream()
                            .map(part -> part.getData().toString())
                            .collect(Collectors.joining()));
                }
            },
            new JsonMapper());

    @AfterEach
    void stop() {
        stream.end();
    }

    @Test
    void whatHappensWhileTheReaderIsSlowIsAddedUp() throws Exception {
        stream.took(new RevisionEvent(1, 2));
        stream.took(new RevisionEvent(1, 3));
        stream.changed("host_b");
        stream.changed("host_a");
        stream.changed("host_b");

        Thread.ofVirtual().start(stream::run);

        assertThat(next()).isEqualTo("event:revision\ndata:{\"epoch\":1,\"number\":3}\n\n");
        assertThat(next()).isEqualTo("event:hosts\ndata:{\"all\":false,\"ids\":[\"host_a\",\"host_b\"]}\n\n");
        stream.changed("host_c");
        assertThat(next()).contains("[\"host_c\"]");
    }

    @Test
    void moreHostsThanAPageHasAreAllHosts() throws Exception {
        for (int i = 0; i < 300; i++) {
            stream.changed("host_" + i);
        }

        Thread.ofVirtual().start(stream::run);

        assertThat(next()).isEqualTo("event:hosts\ndata:{\"all\":true,\"ids\":[]}\n\n");
    }

    private String next() throws InterruptedException {
        String event = sent.poll(5, TimeUnit.SECONDS);
        return event == null ? "nothing" : event;
    }
}
