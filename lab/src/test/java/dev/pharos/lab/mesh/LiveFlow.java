package dev.pharos.lab.mesh;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.LabException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A TCP connection to a server that sends back what it gets, which stays open while rules change. */
record LiveFlow(Socket socket) {
    private static final int PATIENCE = 1_500;

    static LiveFlow begin(Namespace from, String address, int port) {
        LiveFlow flow = new LiveFlow(from.open(() -> {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            return socket;
        }));
        String outcome = flow.goesOn();
        if (!outcome.equals("answered")) {
            throw new LabException("a new connection to " + address + ":" + port + ": " + outcome);
        }
        return flow;
    }

    /** What one more byte comes to. */
    String goesOn() {
        try {
            socket.getOutputStream().write(1);
            return socket.getInputStream().read() == 1 ? "answered" : "ended";
        } catch (SocketTimeoutException e) {
            return "silence";
        } catch (IOException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }
}
