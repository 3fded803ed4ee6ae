package dev.pharos.lab.pharos;

import dev.pharos.lab.net.LoopbackRelay;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A control plane with its embedded database, on a machine of the lab, with its API within reach of this process. */
public final class ControlPlane implements AutoCloseable {
    private static final int PORT = 8443;
    /** Whom its embedded database runs as when it is started by root. */
    private static final String DATABASE_ACCOUNT = "pharos-postgres";

    /** One that lives for minutes is ready a third sooner when it is compiled once, and lightly. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private static final Duration START = Duration.ofSeconds(90);
    private static final Pattern SIGN_IN =
            Pattern.compile("https://[^/\\s]+(/\\S*sign-?in\\S*)", Pattern.CASE_INSENSITIVE);

    private final Namespace at;
    private final Artefacts artefacts;
    private final Map<String, String> environment;
    private final LoopbackRelay relay;
    private final Api api;
    private Daemon daemon;

    private ControlPlane(
            Namespace at, Artefacts artefacts, Map<String, String> environment, LoopbackRelay relay, Api api) {
        this.at = at;
        this.artefacts = artefacts;
        this.environment = environment;
        this.relay = relay;
        this.api = api;
        this.daemon = launch();
    }

    /**
     * Starts one on an empty data directory and waits until it answers.
     *
     * @param address where the hosts of the lab reach it
     */
    public static ControlPlane start(Run run, Namespace at, String address, Artefacts artefacts) {
        String token = "lab-" + HexFormat.of().formatHex(random());
        Path data = run.directory("control-plane");
        run.mayMakeAccount(DATABASE_ACCOUNT);
        LoopbackRelay relay = LoopbackRelay.to(at, PORT);
        ControlPlane started = new ControlPlane(
                at,
                artefacts,
                Map.of(
                        "PHAROS_DATA_DIR",
                        data.toString(),
                        "PHAROS_PUBLIC_URLS",
                        "https://" + address + ":" + PORT,
                        "PHAROS_BOOTSTRAP_TOKEN",
                        token),
                relay,
                new Api("https://127.0.0.1:" + relay.port(), token));
        started.awaitAnswer();
        return started;
    }

    /** Its API, by the token it was started with. */
    public Api api() {
        return api;
    }

    /** Where a browser on this machine finds the dashboard. */
    public String dashboard() {
        return "https://127.0.0.1:" + relay.port() + "/";
    }

    /** The one-time sign-in link of its first start, as a browser on this machine follows it. */
    public Optional<String> signInLink() {
        return SIGN_IN.matcher(daemon.log())
                .results()
                .map(found -> "https://127.0.0.1:" + relay.port() + found.group(1))
                .findFirst();
    }

    /** Ends it without warning; what its database process does then is part of the test. */
    public void kill() {
        daemon.kill();
    }

    /** Starts it again on the same data directory and waits until it answers. */
    public void restart() {
        daemon = launch();
        awaitAnswer();
    }

    @Override
    public void close() {
        api.close();
        relay.close();
    }

    private Daemon launch() {
        return at.start("control-plane", artefacts.controlPlane(QUICK_START), environment);
    }

    private void awaitAnswer() {
        daemon.awaitReady("an answer from its API", START, api::answers);
    }

    private static byte[] random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
