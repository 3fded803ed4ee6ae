package dev.pharos.control.network;

import jakarta.persistence.EntityManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Numbers every change that can alter what a host enforces. The number is taken by the last statement before the commit:
 * the row lock it holds makes numbers commit in their order, and is held for no longer than that.
 */
@Component
public class Revisions {
    private final JdbcClient jdbc;
    private final EntityManager entities;
    private final ApplicationEventPublisher events;

    Revisions(JdbcClient jdbc, EntityManager entities, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.entities = entities;
        this.events = events;
    }

    /**
     * The network takes its next revision when the current transaction commits; several reasons in one transaction share
     * one. {@link RevisionTaken} follows the commit.
     */
    public void next(String networkId, String reason) {
        Change change = (Change) TransactionSynchronizationManager.getResource(this);
        if (change == null) {
            change = new Change();
            TransactionSynchronizationManager.bindResource(this, change);
            TransactionSynchronizationManager.registerSynchronization(change);
        }
        change.reasons.merge(networkId, reason, (first, second) -> first);
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

    private final class Change implements TransactionSynchronization {
        private final Map<String, String> reasons = new LinkedHashMap<>();
        private final Map<String, Long> taken = new LinkedHashMap<>();

        @Override
        public void beforeCommit(boolean readOnly) {
            entities.flush();
            reasons.forEach((networkId, reason) -> taken.put(networkId, take(networkId, reason)));
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

    private long take(String networkId, String reason) {
        return Objects.requireNonNull(jdbc.sql("""
            with taken as (
                update network set revision = revision + 1 where id = :network returning epoch, revision
            ), noted as (
                insert into revision (network_id, epoch, number, reason)
                select :network, epoch, revision, :reason from taken
            )
            select revision from taken\
            """)
                .param("network", networkId)
                .param("reason", reason)
                .query(Long.class)
                .single());
    }
}
