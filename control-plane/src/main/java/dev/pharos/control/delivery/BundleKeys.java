package dev.pharos.control.delivery;

import dev.pharos.control.network.NetworkCreated;
import dev.pharos.control.secret.Secrets;
import dev.pharos.protocol.bundle.BundleSigner;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.SigningKey;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The key of each network that signs its bundles; agents pin it when they join. */
@Component
public class BundleKeys {
    private final Secrets secrets;
    /** A key never changes, so every node may keep what it has once read. */
    private final Map<String, SigningKey> keys = new ConcurrentHashMap<>();

    BundleKeys(Secrets secrets) {
        this.secrets = secrets;
    }

    @EventListener
    void on(NetworkCreated created) {
        SigningKey key = SigningKey.generate(new SecureRandom());
        secrets.store(name(created.network().id()), key.seed());
        key.wipe();
    }

    /** By which an agent knows the key. */
    public Pin pin(String networkId) {
        return key(networkId).publicKey().pin();
    }

    SigningKey key(String networkId) {
        return keys.computeIfAbsent(networkId, id -> SigningKey.of(secrets.get(name(id))));
    }

    BundleSigner signer(String networkId) {
        return new BundleSigner(key(networkId));
    }

    private static String name(String networkId) {
        return "bundle:" + networkId;
    }
}
