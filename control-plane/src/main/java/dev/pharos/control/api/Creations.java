package dev.pharos.control.api;

import dev.pharos.control.secret.Secrets;
import dev.pharos.protocol.bundle.Binary;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creation that may be repeated: the same {@code Idempotency-Key} with the same body makes one thing. For ten minutes the
 * first answer is given again with the secret it showed, afterwards the resource as anybody may read it.
 */
@Component
public class Creations {
    private static final Duration SECRET_SHOWN = Duration.ofMinutes(10);

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final JsonMapper json;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Creations(JdbcClient jdbc, Secrets secrets, JsonMapper json, TransactionTemplate transaction, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.json = json;
        this.transaction = transaction;
        this.clock = clock;
    }

    private record Earlier(Binary request, String resourceId, Binary response, Instant createdAt) {}

    /**
     * Creates within a transaction, or finds what the same request has created.
     *
     * @param collection the plural noun under {@code /api/v1}
     * @param id of the thing in the answer
     * @param again reads the thing without its secret
     */
    public <T> ResponseEntity<T> once(
            String collection,
            @Nullable String key,
            Object request,
            Supplier<T> create,
            Function<T, String> id,
            Function<String, T> again) {
        T answer = key == null
                ? Objects.requireNonNull(transaction.execute(_ -> create.get()))
                : Objects.requireNonNull(transaction.execute(_ -> keyed(collection, key, request, create, id, again)));
        return ResponseEntity.status(HttpStatus.CREATED)
                .header("Location", "/api/v1/" + collection + "/" + id.apply(answer))
                .body(answer);
    }

    private <T> T keyed(
            String collection,
            String key,
            Object request,
            Supplier<T> create,
            Function<T, String> id,
            Function<String, T> again) {
        if (!key.matches("[\\x21-\\x7e]{1,255}")) {
            throw Problem.field("Idempotency-Key", "must be 1 to 255 printable characters");
        }
        String actor = Caller.actor();
        String name = Secrets.answerName(actor, collection, key);
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))")
                .param(name)
                .query()
                .singleRow();
        byte[] digest = sha256(json.writeValueAsBytes(request));
        Optional<Earlier> earlier = jdbc.sql(
                        "select request, resource_id, response, created_at from creation where actor = ? and path = ?"
                                + " and key = ?")
                .params(actor, collection, key)
                .query((row, _) -> new Earlier(
                        Binary.of(row.getBytes(1)),
                        row.getString(2),
                        Binary.of(row.getBytes(3)),
                        row.getTimestamp(4).toInstant()))
                .optional();
        if (earlier.isPresent()) {
            return replay(earlier.get(), digest, name, again);
        }
        T created = create.get();
        jdbc.sql("insert into creation (actor, path, key, request, resource_id, response, created_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .params(
                        actor,
                        collection,
                        key,
                        digest,
                        id.apply(created),
                        secrets.seal(name, json.writeValueAsBytes(created)),
                        Timestamp.from(clock.instant()))
                .update();
        return created;
    }

    @SuppressWarnings("unchecked")
    private <T> T replay(Earlier earlier, byte[] digest, String name, Function<String, T> again) {
        if (!earlier.request().equals(Binary.of(digest))) {
            throw Problem.field("Idempotency-Key", "was used for another request");
        }
        T plain = again.apply(earlier.resourceId());
        if (earlier.createdAt().plus(SECRET_SHOWN).isBefore(clock.instant())) {
            return plain;
        }
        return (T) json.readValue(secrets.open(name, earlier.response().toBytes()), plain.getClass());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
