package dev.pharos.lab.bench;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code wireguard-go}, configured through its socket (the cross-platform userspace interface of WireGuard). */
final class WireGuard implements Contender {
    private static final Path SOCKETS = Path.of("/var/run/wireguard");
    private static final Duration READY = Duration.ofSeconds(10);
    private static final int PORT = 51820;
    private static final int KEY = 32;

    private final Path program;

    WireGuard(Path program) {
        this.program = program;
    }

    @Override
    public String name() {
        return LineUp.WIREGUARD;
    }

    @Override
    public Set<Row> rows() {
        return EnumSet.complementOf(EnumSet.of(Row.FIRST_REPLY));
    }

    @Override
    public Tunnel open(Run run) {
        Cable cable = Cable.lay(run);
        KeyPair clients = newKey();
        KeyPair servers = newKey();
        Daemon server = start(
                cable.server(), run.name("wgs"), Cable.INNER_SERVER, servers, peer(clients, Cable.CLIENT, "10.77.0.1"));
        Daemon client = start(
                cable.client(), run.name("wgc"), Cable.INNER_CLIENT, clients, peer(servers, Cable.SERVER, "10.77.0.2"));
        Cable.awaitReply(cable.client(), Cable.INNER_SERVER);
        return new Tunnel(
                cable.client(), cable.server(), Cable.INNER_SERVER, List.of(client, server), Optional.empty());
    }

    private Daemon start(Namespace at, String device, String inner, KeyPair own, String peer) {
        Daemon daemon = at.start(
                at.name() + "-wireguard",
                List.of(program.toString(), "-f", device),
                Map.of("LOG_LEVEL", "error", "WG_PROCESS_FOREGROUND", "1"));
        Path socket = SOCKETS.resolve(device + ".sock");
        daemon.awaitReady("its socket " + socket, READY, () -> Files.exists(socket));
        tell(socket, "set=1\nprivate_key=%s\nlisten_port=%d\n%s\n".formatted(hex(secret(own)), PORT, peer));
        at.ip("addr add " + inner + "/24 dev " + device, "link set " + device + " up mtu 1300");
        return daemon;
    }

    private static String peer(KeyPair key, String outer, String inner) {
        byte[] littleEndian = new byte[KEY];
        byte[] bigEndian = ((XECPublicKey) key.getPublic()).getU().toByteArray();
        for (int i = 0; i < Math.min(KEY, bigEndian.length); i++) {
            littleEndian[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return "public_key=%s\nendpoint=%s:%d\nallowed_ip=%s/32\n".formatted(hex(littleEndian), outer, PORT, inner);
    }

    /** Sends one operation and expects it to be carried out. */
    private static void tell(Path socket, String operation) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(operation.getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(256);
            channel.read(answer);
            String said = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
            if (!said.startsWith("errno=0\n")) {
                throw new LabException("wireguard-go does not take its configuration: " + said.strip());
            }
        } catch (IOException e) {
            throw new LabException("wireguard-go cannot be configured: " + e.getMessage(), e);
        }
    }

    private static KeyPair newKey() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] secret(KeyPair key) {
        return ((XECPrivateKey) key.getPrivate()).getScalar().orElseThrow();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
