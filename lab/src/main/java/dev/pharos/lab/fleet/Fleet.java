package dev.pharos.lab.fleet;

import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Api;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.ControlPlane;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The five hosts with their daemons and the control plane they were enrolled by. */
public final class Fleet implements AutoCloseable {
    private final Run run;
    private final FleetNetwork network;
    private final Artefacts artefacts;
    private final ControlPlane controlPlane;
    private final Map<Member, Agent> agents = new EnumMap<>(Member.class);
    private final Map<Member, String> ids = new EnumMap<>(Member.class);
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
        policy("ping", everyone, everyone, Map.of("protocol", "icmp"));
        policy("ssh", List.of("group:mobiles"), List.of("group:servers"), Map.of("protocol", "tcp", "ports", "22"));
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
        return "/api/v1/hosts/" + Objects.requireNonNull(ids.get(member), member + " is not enrolled");
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

    /** The number of the revision a member was last seen to enforce. */
    public long revision(Member member) {
        return api().get(resource(member)).path("revision").path("enforced").asLong(0);
    }

    @Override
    public void close() {
        controlPlane.close();
    }

    private void enrolAgent(Member member) {
        String token = api().post(
                        "/api/v1/enrollment-tokens",
                        Map.of(
                                "name",
                                member.hostName(),
                                "maxUses",
                                1,
                                "expiresIn",
                                "PT1H",
                                "groups",
                                member.groups(),
                                "host",
                                Map.of("name", member.hostName(), "address", member.overlay())))
                .path("token")
                .asString();
        Agent agent = new Agent(place(member), artefacts, run.directory("state").resolve(member.hostName()));
        agents.put(member, agent);
        agent.up(token);
        ids.put(member, idOf(member));
    }

    private void enrolPhone() {
        PhoneKey key = PhoneKey.make(phoneDirectory());
        String id = api().post(
                        "/api/v1/hosts",
                        Map.of(
                                "name",
                                Member.PHONE.hostName(),
                                "kind",
                                "nebula",
                                "address",
                                Member.PHONE.overlay(),
                                "groups",
                                Member.PHONE.groups()))
                .path("id")
                .asString();
        ids.put(Member.PHONE, id);
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

    private String idOf(Member member) {
        return api().get("/api/v1/hosts?q=" + member.hostName())
                .path("items")
                .valueStream()
                .filter(host -> host.path("name").asString().equals(member.hostName()))
                .map(host -> host.path("id").asString())
                .findFirst()
                .orElseThrow(() -> new LabException("the control plane does not list " + member.hostName()));
    }

    private void policy(String name, List<String> from, List<String> to, Map<String, String> allow) {
        api().post("/api/v1/policies", Map.of("name", name, "from", from, "to", to, "allow", List.of(allow)));
    }
}
