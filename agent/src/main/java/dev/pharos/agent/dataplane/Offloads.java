package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.TunSelfTest.Finding;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.UdpPort;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Decides at the start which offloads are used: those that are wanted, that the kernel has, and that work. */
final class Offloads {
    private final Set<Offload> wanted;
    private final SelfTests tests;
    private final DataPlaneListener listener;

    /** What is tried at the start. */
    record SelfTests(
            BooleanSupplier sendsTrains, BooleanSupplier receivesTrains, Supplier<TunSelfTest.Outcome> device) {
        static final SelfTests OF_THE_KERNEL =
                new SelfTests(UdpSelfTest::sendsTrains, UdpSelfTest::receivesTrains, TunSelfTest::run);
    }

    Offloads(Set<Offload> wanted, SelfTests tests, DataPlaneListener listener) {
        this.wanted = wanted;
        this.tests = tests;
        this.listener = listener;
    }

    /** Whether trains may be sent in one piece. */
    boolean sendTrains() {
        return wanted.contains(Offload.UDP_SEND)
                && reported(
                        Offload.UDP_SEND,
                        tests.sendsTrains().getAsBoolean(),
                        "the kernel does not cut up datagrams correctly");
    }

    /** Lets the sockets receive several datagrams as one, if that works. */
    void receiveTogether(List<UdpPort> ports) {
        if (wanted.contains(Offload.UDP_RECEIVE)) {
            boolean works =
                    tests.receivesTrains().getAsBoolean() && ports.stream().allMatch(UdpPort::enableReceiveOffload);
            reported(Offload.UDP_RECEIVE, works, "the kernel does not put datagrams together correctly");
        }
    }

    /** Lets the device exchange large packets, and answers which may be written to it. */
    Coalescer.Mode exchangeLarge(TunDevice device) {
        if (!wanted.contains(Offload.TUN_TCP)) {
            return Coalescer.Mode.OFF;
        }
        TunSelfTest.Outcome outcome = tests.device().get();
        if (!reported(
                        Offload.TUN_TCP,
                        outcome.tcp() != Finding.WRONG,
                        "the kernel mangles large packets of TUN devices")
                || !reported(Offload.TUN_TCP, device.enableTcpOffload(), "the kernel refuses TSO for TUN devices")) {
            return Coalescer.Mode.OFF;
        }
        boolean udp = wanted.contains(Offload.TUN_UDP)
                && reported(
                        Offload.TUN_UDP,
                        outcome.udp() != Finding.WRONG,
                        "the kernel mangles large datagrams of TUN devices")
                && reported(
                        Offload.TUN_UDP,
                        device.enableTcpAndUdpOffload(),
                        "the kernel refuses USO for TUN devices, which is new in 6.2");
        return udp ? Coalescer.Mode.TCP_AND_UDP : Coalescer.Mode.TCP;
    }

    /** One that had worked does not any more, and is not used from now on. */
    void failed(Offload offload, String reason) {
        listener.offloadOff(offload, reason);
    }

    private boolean reported(Offload offload, boolean works, String otherwise) {
        if (!works) {
            listener.offloadOff(offload, otherwise);
        }
        return works;
    }
}
