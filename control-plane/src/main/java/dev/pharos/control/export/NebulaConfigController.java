package dev.pharos.control.export;

import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.delivery.Snapshot;
import dev.pharos.control.delivery.Snapshots;
import dev.pharos.control.delivery.StockExports;
import dev.pharos.control.host.Host;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.host.Inventory;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.pki.Issuer;
import dev.pharos.control.pki.Issuer.Exported;
import dev.pharos.control.pki.Issuer.Subject;
import dev.pharos.control.pki.Keys;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Signs the public key of a stock host and answers with everything it needs beside its private key. */
@RestController
class NebulaConfigController {
    private final Hosts hosts;
    private final Networks networks;
    private final Issuer issuer;
    private final Snapshots snapshots;
    private final StockExports exports;
    private final Audit audit;
    private final JdbcClient jdbc;

    NebulaConfigController(
            Hosts hosts,
            Networks networks,
            Issuer issuer,
            Snapshots snapshots,
            StockExports exports,
            Audit audit,
            JdbcClient jdbc) {
        this.hosts = hosts;
        this.networks = networks;
        this.issuer = issuer;
        this.snapshots = snapshots;
        this.exports = exports;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    /**
     * Reads like a GET and issues a certificate, so it takes who may change things.
     *
     * @param publicKey the file that {@code nebula-cert keygen} writes, or its 32 bytes in base64
     */
    @Needs(Role.ADMIN)
    @GetMapping(path = "/api/v1/hosts/{id}/nebula-config", produces = "application/yaml")
    @Transactional
    ResponseEntity<String> export(@PathVariable String id, @RequestParam String publicKey) {
        Host host = hosts.get(id);
        if (host.isAgent()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "not-stock",
                    "host " + host.name() + " runs an agent, which is configured by bundles");
        }
        if (host.blocked()) {
            throw new Problem(
                    HttpStatus.CONFLICT, "host-blocked", "host " + host.name() + " is blocked; unblock it first");
        }
        Network network = networks.get(host.networkId());
        PublicKey key = parse(network, publicKey);
        Keys.requireContributory("publicKey", key);
        Exported certified = issuer.issueForExport(
                new Subject(
                        network.id(),
                        id,
                        host.name(),
                        Inventory.addressesOf(network, host),
                        List.of(),
                        host.groups(),
                        key),
                network.certificateVersion());
        audit.record(network.id(), "host.export", id, null, Map.of("certificate", certified.certificate()));
        Snapshot snapshot = snapshots.read(jdbc, network.id());
        exports.exported(snapshot, id);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(NebulaConfig.of(snapshot, host, network.certificateVersion(), certified));
    }

    private static PublicKey parse(Network network, String text) {
        try {
            if (text.contains("-----BEGIN")) {
                PublicKey key = PublicKey.parsePem(text);
                if (key.curve() != network.curve()) {
                    throw new MalformedException("the key is of another curve");
                }
                return key;
            }
            // A plus sign in a query means a space.
            String plain = text.strip()
                    .replace(' ', '+')
                    .replace('-', '+')
                    .replace('_', '/')
                    .replace("=", "");
            return PublicKey.of(network.curve(), Base64.getDecoder().decode(plain));
        } catch (MalformedException | IllegalArgumentException e) {
            throw Problem.field("publicKey", "must be a Nebula public key for the network's curve, in PEM or base64");
        }
    }
}
