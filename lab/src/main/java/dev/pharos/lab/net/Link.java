package dev.pharos.lab.net;

/**
 * A machine's cable to a segment.
 *
 * @param address the machine's own on that segment
 */
public record Link(Namespace machine, String device, String address, Namespace segment, String port) {
    /** Pulls the cable: the machine loses device, address and route. */
    public void unplug() {
        segment.ip("link del " + port);
    }
}
