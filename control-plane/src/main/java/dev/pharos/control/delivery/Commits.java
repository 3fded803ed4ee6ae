package dev.pharos.control.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * The application's transactions. Whoever has committed a change goes on when its bundles are compiled, so a call is answered
 * by then; and waits without a database connection, of which others can make use for as long as that takes.
 */
final class Commits implements PlatformTransactionManager {
    private final PlatformTransactionManager transactions;
    private final ThreadLocal<List<CompletableFuture<Void>>> awaited = ThreadLocal.withInitial(ArrayList::new);

    Commits(PlatformTransactionManager transactions) {
        this.transactions = transactions;
    }

    /** From a transaction's {@code afterCommit}: its thread does not go on before this is done. */
    void await(CompletableFuture<Void> work) {
        awaited.get().add(work);
    }

    @Override
    public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
        return transactions.getTransaction(definition);
    }

    @Override
    public void commit(TransactionStatus status) {
        try {
            transactions.commit(status);
        } finally {
            List<CompletableFuture<Void>> work = awaited.get();
            awaited.remove();
            work.forEach(CompletableFuture::join);
        }
    }

    @Override
    public void rollback(TransactionStatus status) {
        transactions.rollback(status);
    }
}
