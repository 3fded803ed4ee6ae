package dev.pharos.control.setup;

import dev.pharos.control.access.ApiTokens;
import dev.pharos.control.access.SignIn;
import dev.pharos.control.access.SignIn.Link;
import dev.pharos.control.access.Users;
import dev.pharos.control.api.Role;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.NetworkPlan;
import dev.pharos.control.network.Networks;
import dev.pharos.control.policy.PolicyBook;
import dev.pharos.control.settings.DataDirectory;
import dev.pharos.control.settings.Settings;
import dev.pharos.control.tls.PublicUrls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * On an empty database: a network with its authorities and keys, a policy that lets everyone ping, an API token, and a
 * user with a one-time sign-in link, all of it there before the first request is let in. Of several nodes that meet on one, the first
 * does it.
 */
@Component
class FirstStart implements SmartLifecycle, ApplicationRunner {
    private static final long LOCK = 0x7068_6172_6f73_0003L;
    private static final int SHORTEST_TOKEN = 16;
    private static final String TOKEN_FILE = "admin-token";
    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private final Networks networks;
    private final NetworkPlan plan;
    private final PolicyBook policies;
    private final ApiTokens tokens;
    private final Users users;
    private final SignIn signIn;
    private final Settings settings;
    private final DataDirectory directory;
    private final PublicUrls urls;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private Optional<Made> made = Optional.empty();
    private volatile boolean running;

    FirstStart(
            Networks networks,
            NetworkPlan plan,
            PolicyBook policies,
            ApiTokens tokens,
            Users users,
            SignIn signIn,
            Settings settings,
            DataDirectory directory,
            PublicUrls urls,
            JdbcClient jdbc,
            TransactionTemplate transaction) {
        this.networks = networks;
        this.plan = plan;
        this.policies = policies;
        this.tokens = tokens;
        this.users = users;
        this.signIn = signIn;
        this.settings = settings;
        this.directory = directory;
        this.urls = urls;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** What the operator is told: none of it can be read again later. */
    private record Made(Link link, Optional<String> token) {}

    /** Before the web server, whose phase is close to the last. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public void start() {
        made = java.util.Objects.requireNonNull(transaction.execute(_ -> makeOnce()));
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Once requests are let in. */
    @Override
    public void run(ApplicationArguments arguments) throws IOException {
        if (made.isPresent()) {
            tell(made.get());
        }
        log.info("Ready at {}", urls.all().getFirst());
    }

    private Optional<Made> makeOnce() {
        jdbc.sql("select pg_advisory_xact_lock(?)").param(LOCK).query().singleRow();
        if (networks.findFirstByOrderByIdAsc().isPresent()) {
            return Optional.empty();
        }
        Network network = plan.create("default", settings.network());
        policies.letEveryonePing(network);
        return Optional.of(
                new Made(signIn.newLink(users.create("owner", Role.OWNER).id()), administratorToken()));
    }

    private Optional<String> administratorToken() {
        String given = settings.bootstrapToken();
        if (given.isEmpty()) {
            return Optional.of(tokens.issue("administrator", Role.OWNER, null).token());
        }
        if (given.length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException(
                    "PHAROS_BOOTSTRAP_TOKEN is shorter than " + SHORTEST_TOKEN + " characters; make a longer one");
        }
        tokens.adopt("bootstrap", given);
        return Optional.empty();
    }

    private void tell(Made made) throws IOException {
        if (made.token().isPresent()) {
            Path file = directory.path().resolve(TOKEN_FILE);
            DataDirectory.writePrivate(file, made.token().get() + "\n");
            log.info("The administrator's API token is in {}", file);
        }
        log.info(
                "Sign in to the dashboard, once and within a day: {}{}",
                urls.all().getFirst(),
                made.link().path());
    }
}
