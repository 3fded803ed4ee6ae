package dev.pharos.agent.mesh;

/**
 * How much one mesh holds, for tests and for whoever looks for what grows.
 *
 * @param peers with or without tunnels
 * @param tunnels primary or not
 * @param pending handshakes that wait for their answer
 * @param indexes entries of all tables that are looked up by an index or by a first message
 * @param relays hops, in whatever role
 * @param watched tunnels that are looked at for signs of death
 * @param timers that are set, or were and have not surfaced yet
 * @param reports of hosts, on a lighthouse
 * @param held packets that wait for a tunnel
 */
record TableSizes(
        int peers, int tunnels, int pending, int indexes, int relays, int watched, int timers, int reports, int held) {}
