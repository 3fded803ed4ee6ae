package dev.pharos.lab.net;

/** An Ethernet with one IPv4 network of 24 bits, whose gateway {@code .1} is the namespace it was made in. */
public final class Segment {
    private final Namespace home;
    private final String bridge;
    private final String network;
    private int ports;

    private Segment(Namespace home, String bridge, String network) {
        this.home = home;
        this.bridge = bridge;
        this.network = network;
    }

    static Segment create(Namespace home, String bridge, String network) {
        home.ip(
                "link add " + bridge + " type bridge",
                "addr add " + network + ".1/24 dev " + bridge,
                "link set " + bridge + " up");
        return new Segment(home, bridge, network);
    }

    /** The address with that last octet. */
    public String address(int last) {
        return network + "." + last;
    }

    /** Plugs a machine in: {@code device} in it has the address, and the default route leads here. */
    public Link attach(Namespace machine, String device, int last) {
        Link link = attachBeside(machine, device, last);
        machine.ip("route add default via " + address(1));
        return link;
    }

    /** Plugs a second cable into a machine: {@code device} has the address, and the default route stays where it leads. */
    public Link attachBeside(Namespace machine, String device, int last) {
        String port = bridge + ports++;
        home.ip(
                "link add " + port + " type veth peer name " + device + " netns " + machine.fullName(),
                "link set " + port + " master " + bridge + " up");
        machine.ip("addr add " + address(last) + "/24 dev " + device, "link set " + device + " up");
        return new Link(machine, device, address(last), home, port);
    }
}
