package dev.pharos.control.delivery;

import dev.pharos.control.api.Ids;
import dev.pharos.control.network.NetworkCreated;
import dev.pharos.control.secret.Secrets;
import dev.pharos.protocol.bundle.BundleSigner;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.SigningKey;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The keys that sign bundles. A network has one active key, which new tokens name; a host that has joined before goes on
 * getting bundles signed by the key it trusts, which name the active one as its successor, until it has shown that it
 * enforces such a bundle. A replaced key is wiped once nobody needs it.
 */
@Component
public class BundleKeys {
    private final Secrets secrets;
    private final JdbcClient jdbc;
    private final Clock clock;
    /** What belongs to an id never changes, so every node may keep what it has once read. */
    private final Map<String, SigningKey> keys = new ConcurrentHashMap<>();

    BundleKeys(Secrets secrets, JdbcClient jdbc, Clock clock) {
        this.secrets = secrets;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The key that a new host pins. */
    public record ActiveKey(String id, Pin pin) {}

    @EventListener
    void on(NetworkCreated created) {
        create(created.network().id());
    }

    public ActiveKey active(String networkId) {
        String id = activeId(jdbc, networkId);
        return new ActiveKey(id, key(id).publicKey().pin());
    }

    /** The id of the key that takes the place of the active one. */
    @Transactional
    public String replace(String networkId) {
        jdbc.sql("select id from network where id = ? for update")
                .param(networkId)
                .query()
                .singleRow();
        jdbc.sql("update bundle_key set state = 'replaced', pin = ? where network_id = ? and state = 'active'")
                .params(active(networkId).pin().toString(), networkId)
                .update();
        return create(networkId);
    }

    /** Of every key that may have signed a bundle that some host enforces. */
    Set<Pin> pins(String networkId) {
        return jdbc
                .sql("select id from bundle_key where network_id = ? and state <> 'retired'")
                .param(networkId)
                .query((row, _) -> key(row.getString(1)).publicKey().pin())
                .list()
                .stream()
                .collect(Collectors.toSet());
    }

    static String activeId(JdbcClient snapshot, String networkId) {
        return snapshot.sql("select id from bundle_key where network_id = ? and state = 'active'")
                .param(networkId)
                .query(String.class)
                .single();
    }

    SigningKey key(String id) {
        return keys.computeIfAbsent(id, missing -> SigningKey.of(secrets.get(secretName(missing))));
    }

    BundleSigner signer(String id) {
        return new BundleSigner(key(id));
    }

    /** Notes which hosts have heard of the active key; the ids of their networks. */
    List<String> noteWhoHasHeard() {
        return jdbc.sql("""
            with heard as (
                update bundle b set trusts_id = b.successor_id from host_report r
                where r.host_id = b.host_id and r.digest = b.digest
                  and b.successor_id is not null and b.trusts_id is distinct from b.successor_id
                returning b.network_id
            )
            select distinct network_id from heard\
            """).query((row, _) -> row.getString(1)).list();
    }

    /** Wipes replaced keys that neither a host nor a token that can still be used depends on. */
    void retire() {
        boolean replacing = jdbc.sql("select exists (select from bundle_key where state = 'replaced')")
                .query(Boolean.class)
                .single();
        if (!replacing) {
            return;
        }
        jdbc.sql("delete from bundle b using host h where h.id = b.host_id and h.deleted_at is not null")
                .update();
        List<String> unneeded = jdbc.sql("""
            update bundle_key k set state = 'retired' where k.state = 'replaced'
              and not exists (select from bundle b where b.key_id = k.id)
              and not exists (select from enrollment_token t where t.bundle_key_id = k.id
                              and t.uses < t.max_uses and t.expires_at > ?)
            returning k.id\
            """)
                .param(Timestamp.from(clock.instant()))
                .query((row, _) -> row.getString(1))
                .list();
        for (String id : unneeded) {
            secrets.delete(secretName(id));
        }
    }

    private String create(String networkId) {
        String id = Ids.next("bkey", clock.instant());
        SigningKey key = SigningKey.generate(new SecureRandom());
        secrets.store(secretName(id), key.seed());
        jdbc.sql("insert into bundle_key (id, network_id, state, pin, created_at) values (?, ?, 'active', ?, ?)")
                .params(id, networkId, key.publicKey().pin().toString(), Timestamp.from(clock.instant()))
                .update();
        key.wipe();
        return id;
    }

    private static String secretName(String id) {
        return "bundle:" + id;
    }
}
