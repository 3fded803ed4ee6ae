import type { Host, Peer } from "../src/api/client";

/** A host that runs an agent, is online and enforces what is wanted of it, but for what is said otherwise. */
export function host(name: string, but: Partial<Host> = {}): Host {
  return {
    ...stockHost(name),
    kind: "agent",
    state: "online",
    revision: { wanted: 17, enforced: 17 },
    peerCount: but.peers?.length ?? 0,
    ...but,
  };
}

/** A host that runs a stock nebula daemon, which reports nothing. */
export function stockHost(name: string, but: Partial<Host> = {}): Host {
  return {
    id: `host_${name}`,
    name,
    networkId: "net_1",
    addresses: ["10.42.0.9"],
    groups: [],
    kind: "nebula",
    lighthouse: false,
    relay: false,
    endpoints: [],
    blocked: false,
    state: "unseen",
    certificateExpiresAt: "2027-01-01T00:00:00Z",
    reimport: false,
    endpointChecks: [],
    unmet: [],
    peers: [],
    peerCount: 0,
    createdAt: "2026-11-01T00:00:00Z",
    ...but,
  };
}

function peer(name: string, address: string, path: string, rttMs: number): Peer {
  return { name, address, path, rttMs, bytesIn: 1200, bytesOut: 3400 };
}

/** The fleet that the demo runs, in the middle of its story. */
export function fleet(): Host[] {
  return [
    host("home-server", {
      addresses: ["10.42.0.1"],
      groups: ["lighthouse", "servers"],
      lighthouse: true,
      relay: true,
      peers: [
        peer("anchor", "10.42.0.2", "direct", 11.2),
        peer("laptop", "10.42.0.10", "direct", 8.4),
        peer("rpi", "10.42.0.20", "direct", 4),
      ],
    }),
    host("anchor", {
      addresses: ["10.42.0.2"],
      groups: ["lighthouse", "servers"],
      lighthouse: true,
      relay: true,
      peers: [peer("home-server", "10.42.0.1", "direct", 11.3)],
    }),
    host("rpi", {
      addresses: ["10.42.0.20", "fd42::20"],
      groups: ["servers"],
      revision: { wanted: 17, enforced: 16 },
      peers: [
        peer("home-server", "10.42.0.1", "direct", 4.1),
        peer("phone", "10.42.0.11", "relay:10.42.0.2", 48.25),
      ],
    }),
    host("laptop", {
      addresses: ["10.42.0.10"],
      groups: ["mobiles"],
      state: "offline",
      lastSeenAt: new Date(Date.now() - 3 * 3_600_000).toISOString(),
      revision: { wanted: 17, enforced: 15 },
      refused: { number: 16, reason: "needs own.egress, which this version does not know" },
    }),
    stockHost("phone", { addresses: ["10.42.0.11"], groups: ["mobiles"] }),
    host("old-laptop", {
      addresses: ["10.42.0.12"],
      groups: ["mobiles"],
      state: "offline",
      blocked: true,
    }),
  ];
}
