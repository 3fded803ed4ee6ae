package dev.pharos.control.network;

import jakarta.persistence.EntityManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Numbers every change that can alter what a host enforces. The number is taken by the last statement before the commit:
 * the row lock it holds makes numbers commit in their order, and is held for no longer than that.
 */
@Component
public class Revisions {
    private final JdbcClient jdbc;
    private final EntityManager entities;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;

    Revisions(JdbcClient jdbc, EntityManager entities, ApplicationEventPublisher events, JsonMapper json) {
        this.jdbc = jdbc;
        this.entities = entities;
        this.events = events;
        this.json = json;
    }

    /** As {@link #next(String, String, Touched)}, of a change that may touch any host. */
    public void next(String networkId, String reason) {
        next(networkId, reason, new Touched.Everything());
    }

    /**
     * The network takes its next revision when the current transaction commits; several reasons in one transaction share
     * one. {@link RevisionTaken} follows the commit.
     *
     * @param touched all hosts whose own part the change may have altered
     */
    public void next(String networkId, String reason, Touched touched) {
        Change change = (Change) TransactionSynchronizationManager.getResource(this);
        if (change == null) {
            change = new Change();
            TransactionSynchronizationManager.bindResource(this, change);
            TransactionSynchronizationManager.registerSynchronization(change);
        }
        change.steps.merge(
                networkId,
                new Step(reason, touched),
                (first, second) -> new Step(first.reason(), first.touched().and(second.touched())));
    }

    /**
     * What the revisions of one epoch have touched together.
     *
     * @param snapshot within whose transaction it is read
     * @param after the last revision that is not meant
     * @param upTo the last that is
     */
    public Touched between(JdbcClient snapshot, String networkId, long epoch, long after, long upTo) {
        List<Touched> steps = snapshot.sql(
                        "select touched from revision where network_id = ? and epoch = ? and number > ? and number <="
                                + " ?")
                .params(networkId, epoch, after, upTo)
                .query((row, _) -> touched(row.getString(1)))
                .list();
        return steps.size() == upTo - after
                ? steps.stream().reduce(Touched.noHost(), Touched::and)
                : new Touched.Everything();
    }

    private Touched touched(@Nullable String text) {
        return text == null ? new Touched.Everything() : json.readValue(text, Touched.Some.class);
    }

    private @Nullable String text(Touched touched) {
        return switch (touched) {
            case Touched.Everything _ -> null;
            case Touched.Some some -> json.writeValueAsString(some);
        };
    }

    /**
     * Begins an epoch later than both the network's own and the one that an agent has shown: this database has forgotten
     * what it once told that agent.
     */
    @Transactional
    public void openEpoch(String networkId, long shown, long now) {
        jdbc.sql("update network set epoch = greatest(epoch + 1, ?, ?) where id = ?")
                .params(shown + 1, now, networkId)
                .update();
        next(networkId, "an agent enforces a revision that this database does not know");
    }

    private record Step(String reason, Touched touched) {}

    private final class Change implements TransactionSynchronization {
        private final Map<String, Step> steps = new LinkedHashMap<>();
        private final Map<String, Long> taken = new LinkedHashMap<>();

        @Override
        public void beforeCommit(boolean readOnly) {
            entities.flush();
            steps.forEach((networkId, step) -> taken.put(networkId, take(networkId, step)));
        }

        @Override
        public void suspend() {
            TransactionSynchronizationManager.unbindResource(Revisions.this);
        }

        @Override
        public void resume() {
            TransactionSynchronizationManager.bindResource(Revisions.this, this);
        }

        @Override
        public void afterCommit() {
            taken.forEach((networkId, number) -> events.publishEvent(new RevisionTaken(networkId, number)));
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResource(Revisions.this);
        }
    }

    private long take(String networkId, Step step) {
        return Objects.requireNonNull(jdbc.sql("""
            with taken as (
                update network set revision = revision + 1 where id = :network returning epoch, revision
            ), noted as (
                insert into revision (network_id, epoch, number, reason, touched)
                select :network, epoch, revision, :reason, :touched::jsonb from taken
            )
            select revision from taken\
            """)
                .param("network", networkId)
                .param("reason", step.reason())
                .param("touched", text(step.touched()))
                .query(Long.class)
                .single());
    }
}
