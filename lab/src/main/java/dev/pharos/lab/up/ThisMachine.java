package dev.pharos.lab.up;

import dev.pharos.lab.pharos.Api;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The control plane on this machine, and this machine as the first host of its own network. */
public final class ThisMachine implements AutoCloseable {
    private static final String CONTROL_PLANE = "https://127.0.0.1:8443";
    private static final int PORT = 4242;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration ENROL = Duration.ofSeconds(30);

    private final Run run;
    private final Artefacts artefacts;
    private final Api api;
    private final Daemon controlPlane;
    private final PrintStream out;

    private ThisMachine(Run run, Artefacts artefacts, Api api, Daemon controlPlane, PrintStream out) {
        this.run = run;
        this.artefacts = artefacts;
        this.api = api;
        this.controlPlane = controlPlane;
        this.out = out;
    }

    /** Starts the control plane, waits for it, and lets everyone ping everyone. */
    public static ThisMachine start(Run run, Artefacts artefacts, Home home, PrintStream out) {
        out.println("Starting the control plane; its data is in " + home.controlPlane());
        Daemon controlPlane = run.start(
                "control-plane",
                artefacts.controlPlane(),
                Map.of("PHAROS_DATA_DIR", home.controlPlane().toString(), "PHAROS_BOOTSTRAP_TOKEN", home.apiToken()));
        Api api = new Api(CONTROL_PLANE, home.apiToken());
        controlPlane.awaitReady("an answer from its API", START, api::answers);
        ThisMachine machine = new ThisMachine(run, artefacts, api, controlPlane, out);
        machine.letEveryonePing();
        return machine;
    }

    /** Makes this machine a host, a lighthouse and a relay, or starts its agent again when it is one already. */
    public void join(Path state) {
        String name = hostName();
        boolean known = Files.exists(state.resolve("identity"));
        out.println((known ? "Starting this machine's agent as " : "Enrolling this machine as ") + name);
        Daemon agent =
                known ? agent(state, "run") : agent(state, "up", "--token-file", tokenFile(name), "--name", name);
        agent.awaitReady("a place among the hosts", ENROL, () -> host(name).isPresent());
        String id = host(name).orElseThrow().path("id").asString();
        List<String> endpoints = MachineAddresses.own().stream()
                .map(address -> address + ":" + PORT)
                .toList();
        api.patch("/api/v1/hosts/" + id, Map.of("lighthouse", true, "relay", true, "endpoints", endpoints));
        String overlay = host(name).orElseThrow().path("addresses").path(0).asString();
        out.println("This machine is " + overlay + " in the overlay, and lighthouse and relay at " + endpoints);
    }

    /** Prints how others join, and where the dashboard is. */
    public void invite() {
        JsonNode token =
                api.post("/api/v1/enrollment-tokens", Map.of("name", "join", "maxUses", 10, "expiresIn", "PT24H"));
        out.println();
        out.println("Dashboard: " + CONTROL_PLANE + "/");
        controlPlane
                .log()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains("sign in"))
                .forEach(out::println);
        out.println("On each other host (ten hosts, one day), with agent/target/dist copied there:");
        out.println("  sudo pharos-agent up --token " + token.path("token").asString());
        out.println("Ctrl-C stops it; the next ./pharos up goes on from there.");
        out.flush();
    }

    @Override
    public void close() {
        api.close();
    }

    private void letEveryonePing() {
        boolean there = api.get("/api/v1/policies")
                .path("items")
                .valueStream()
                .anyMatch(policy -> policy.path("name").asString().equals("ping"));
        if (!there) {
            List<String> everyone = List.of(range());
            api.post(
                    "/api/v1/policies",
                    Map.of(
                            "name",
                            "ping",
                            "from",
                            everyone,
                            "to",
                            everyone,
                            "allow",
                            List.of(Map.of("protocol", "icmp"))));
        }
    }

    private String range() {
        return api.get("/api/v1/networks").path("items").path(0).path("range").asString();
    }

    private String tokenFile(String name) {
        String token = api.post("/api/v1/enrollment-tokens", Map.of("name", name, "maxUses", 1, "expiresIn", "PT10M"))
                .path("token")
                .asString();
        try {
            return Files.writeString(run.directory("token").resolve("token"), token)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Daemon agent(Path state, String... arguments) {
        List<String> command = new ArrayList<>(List.of(artefacts.agent()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--state-dir", state.toString()));
        return run.start("agent", command, Map.of());
    }

    private Optional<JsonNode> host(String name) {
        return api.get("/api/v1/hosts?q=" + name)
                .path("items")
                .valueStream()
                .filter(host -> host.path("name").asString().equals(name))
                .findFirst();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost()
                    .getHostName()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9-].*", "");
        } catch (IOException e) {
            throw new LabException("this machine has no name: " + e.getMessage(), e);
        }
    }
}
