package dev.pharos.control.secret;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Secrets in the database, sealed by the root key. */
@Component
public class Secrets {
    private final RootKey root;
    private final JdbcClient jdbc;

    Secrets(RootKey root, JdbcClient jdbc) {
        this.root = root;
        this.jdbc = jdbc;
    }

    /** Stores a secret under a name that is not taken yet. */
    public void store(String name, byte[] secret) {
        jdbc.sql("insert into secret (name, key_id, sealed) values (?, ?, ?)")
                .params(name, root.seal().id(), seal(name, secret))
                .update();
    }

    public Optional<byte[]> find(String name) {
        return jdbc.sql("select sealed from secret where name = ?")
                .param(name)
                .query((row, _) -> row.getBytes(1))
                .optional()
                .map(bytes -> open(name, bytes));
    }

    public byte[] get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("the database holds no secret " + name));
    }

    /** Forgets a secret for good. */
    public void delete(String name) {
        jdbc.sql("delete from secret where name = ?").param(name).update();
    }

    /** Under what name the answer to a creation that may be repeated is sealed. */
    public static String answerName(String actor, String collection, String key) {
        return "creation:" + actor + ":" + collection + ":" + key;
    }

    /**
     * To be written within the current transaction.
     *
     * @throws IllegalStateException when the database has got another root key since this node started
     */
    public byte[] seal(String name, byte[] secret) {
        boolean ours = jdbc.sql("select id from root_key where id = ? for key share")
                .param(root.seal().id())
                .query(String.class)
                .optional()
                .isPresent();
        if (!ours) {
            throw new IllegalStateException(
                    "the database has got another root key than " + root.seal().id() + "; restart this node with it");
        }
        return root.seal().seal(name, secret);
    }

    public byte[] open(String name, byte[] sealed) {
        return root.seal().open(name, sealed);
    }
}
