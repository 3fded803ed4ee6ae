package dev.pharos.lab.fleet;

import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.AgentStatus;
import dev.pharos.lab.pharos.Api;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.ControlPlane;
import dev.pharos.lab.pharos.Enrolments;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The five hosts with their daemons and the control plane they were enrolled by. */
public final class Fleet implements AutoCloseable {
    private final Run run;
    private final FleetNetwork network;
    private final Artefacts artefacts;
    private final ControlPlane controlPlane;
    private final Map<Member, Agent> agents = new EnumMap<>(Member.class);
    private final Map<Member, String> resources = new EnumMap<>(Member.class);
    private Optional<Daemon> phone = Optional.empty();

    /** Makes the networks and starts the control plane; no host is there yet. */
    public Fleet(Run run, Artefacts artefacts) {
        this.run = run;
        this.artefacts = artefacts;
        this.network = new FleetNetwork(run);
        this.controlPlane =
                ControlPlane.start(run, network.controlPlane(), FleetNetwork.CONTROL_PLANE_ADDRESS, artefacts);
    }

    /** Everyone may ping; mobiles may reach servers on 22/tcp; mobiles accept nothing else. */
    public void allow() {
        List<String> everyone = List.of("10.42.0.0/24");
        enrolments().allow("ping", everyone, everyone, Map.of("protocol", "icmp"));
        enrolments()
                .allow(
                        "ssh",
                        List.of("group:mobiles"),
                        List.of("group:servers"),
                        Map.of("protocol", "tcp", "ports", "22"));
    }

    /** Enrols a host by a token of its own, or the phone by its exported configuration, and starts its daemon. */
    public void enrol(Member member) {
        if (member == Member.PHONE) {
            enrolPhone();
        } else {
            enrolAgent(member);
        }
        if (member.isLighthouse()) {
            api().patch(
                            resource(member),
                            Map.of("lighthouse", true, "relay", true, "endpoints", List.of(member.endpoint())));
        }
    }

    public FleetNetwork network() {
        return network;
    }

    public Namespace place(Member member) {
        return network.place(member);
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    public Api api() {
        return controlPlane.api();
    }

    /** The agent of a member; the phone has none. */
    public Agent agent(Member member) {
        return Objects.requireNonNull(agents.get(member), member + " runs no agent");
    }

    /** Where the API keeps a member. */
    public String resource(Member member) {
        return Objects.requireNonNull(resources.get(member), member + " is not enrolled");
    }

    /** Starts the phone's daemon anew, so that it forgets every tunnel. */
    public void restartPhone() {
        phone.orElseThrow(() -> new LabException("the phone does not run")).stop();
        startPhone();
    }

    /** The paths of this moment, as every agent that runs sees them. */
    public FleetPaths paths() {
        return new FleetPaths(agents.entrySet().parallelStream()
                .flatMap(entry -> entry.getValue().status().map(status -> Map.entry(entry.getKey(), status)).stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Waits until these have reached the control plane, and says how long that took. */
    public Duration awaitConnected(Collection<Member> members, Duration limit) {
        long start = System.nanoTime();
        for (Member member : members) {
            Await.until(
                    member.hostName() + " to reach the control plane",
                    limit,
                    () -> agent(member).status().filter(AgentStatus::connected).isPresent());
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The newest revision of the network, and when the transaction that took it had begun. */
    public Revision latestRevision() {
        JsonNode newest = api().get("/api/v1/revisions?limit=1").path("items").path(0);
        return new Revision(
                newest.path("number").asLong(),
                Instant.parse(newest.path("createdAt").asString()));
    }

    /** A change of what hosts enforce, as the control plane has written it down. */
    public record Revision(long number, Instant createdAt) {}

    /**
     * How long a revision was under way to a member, by the control plane's clock and in its own words: from its
     * beginning to the request by which the agent first said that it enforces it.
     */
    public Duration deliveryOf(Revision revision, Member member, Duration limit) {
        AtomicReference<JsonNode> seen = new AtomicReference<>();
        Await.until(member.hostName() + " to enforce revision " + revision.number(), limit, () -> {
            seen.set(api().get(resource(member)).path("revision"));
            return seen.get().path("enforced").asLong(0) >= revision.number();
        });
        return Duration.between(
                revision.createdAt(),
                Instant.parse(seen.get().path("enforcedAt").asString()));
    }

    @Override
    public void close() {
        controlPlane.close();
    }

    private void enrolAgent(Member member) {
        String token = enrolments().token(member.hostName(), member.overlay(), member.groups());
        Agent agent = new Agent(place(member), artefacts, run.directory("state").resolve(member.hostName()));
        agents.put(member, agent);
        agent.up(token);
        resources.put(member, enrolments().resource(member.hostName()));
    }

    private void enrolPhone() {
        PhoneKey key = PhoneKey.make(phoneDirectory());
        api().post(
                        "/api/v1/hosts",
                        Map.of(
                                "name",
                                Member.PHONE.hostName(),
                                "kind",
                                "nebula",
                                "address",
                                Member.PHONE.overlay(),
                                "groups",
                                Member.PHONE.groups()));
        resources.put(Member.PHONE, enrolments().resource(Member.PHONE.hostName()));
        key.complete(api().text(resource(Member.PHONE) + "/nebula-config?publicKey=" + key.publicKey()));
        startPhone();
    }

    private void startPhone() {
        phone = Optional.of(
                StockNebula.start(place(Member.PHONE), phoneDirectory().resolve(PhoneKey.CONFIG)));
    }

    private Path phoneDirectory() {
        return run.directory("phone");
    }

    private Enrolments enrolments() {
        return new Enrolments(api());
    }
}
