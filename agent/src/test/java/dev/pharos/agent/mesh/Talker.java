package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** A simulated host with an application that sends and hears lines of text. */
interface Talker {
    VpnAddress address();

    boolean isUp();

    void say(VpnAddress to, String text);

    List<SimulatedHost.Heard> heard();
}
