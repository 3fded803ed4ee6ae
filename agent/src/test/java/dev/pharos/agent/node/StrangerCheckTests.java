package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StrangerCheckTests {
    private static final int INDEX = 0x1234_5678;

    private final List<DatagramSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(DatagramSocket::close);
    }

    @Test
    void whoSaysThatThereIsNoSuchTunnelAnswers() throws Exception {
        UnderlayEndpoint open = endpoint(asked -> new Header(PacketType.RECV_ERROR, asked.remoteIndex(), 0));
        UnderlayEndpoint closed = endpointThatIsClosed();

        assertThat(StrangerCheck.ask(Set.of(open, closed), INDEX)).containsExactly(open);
    }

    @Test
    void whoSaysAnythingElseDoesNot() throws Exception {
        UnderlayEndpoint another = endpoint(_ -> new Header(PacketType.RECV_ERROR, INDEX + 1, 0));
        UnderlayEndpoint echo = endpoint(asked -> asked);

        assertThat(StrangerCheck.ask(Set.of(another, echo), INDEX)).isEmpty();
    }

    @Test
    void aPacketThatIsLostIsSentAgain() throws Exception {
        List<Header> heard = new ArrayList<>();
        UnderlayEndpoint deaf = endpoint(asked -> {
            heard.add(asked);
            return heard.size() == 1 ? asked : new Header(PacketType.RECV_ERROR, asked.remoteIndex(), 0);
        });

        assertThat(StrangerCheck.ask(Set.of(deaf), INDEX)).containsExactly(deaf);
    }

    private UnderlayEndpoint endpoint(UnaryOperator<Header> answer) throws IOException {
        DatagramSocket socket = socket();
        Thread.ofVirtual().start(() -> serve(socket, answer));
        return endpoint(socket);
    }

    private UnderlayEndpoint endpointThatIsClosed() throws IOException {
        try (DatagramSocket socket = socket()) {
            return endpoint(socket);
        }
    }

    private DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        return socket;
    }

    private static UnderlayEndpoint endpoint(DatagramSocket socket) {
        return UnderlayEndpoint.of(socket.getLocalAddress().getAddress(), socket.getLocalPort());
    }

    private static void serve(DatagramSocket socket, UnaryOperator<Header> answer) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        try {
            while (true) {
                socket.receive(packet);
                byte[] bytes = answer.apply(Header.parse(packet.getData(), 0, packet.getLength()))
                        .toBytes();
                socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
            }
        } catch (Exception e) {
            assertThat(socket.isClosed()).isTrue();
        }
    }
}
