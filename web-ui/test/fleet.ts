import type { Host } from "../src/api/client";

/** A host that runs an agent, is online and enforces what is wanted of it, but for what is said otherwise. */
export function host(name: string, but: Partial<Host> = {}): Host {
  return {
    id: `host_${name}`,
    name,
    networkId: "net_1",
    addresses: ["10.42.0.9"],
    groups: [],
    kind: "agent",
    lighthouse: false,
    relay: false,
    endpoints: [],
    blocked: false,
    state: "online",
    revision: { wanted: 17, enforced: 17 },
    certificateExpiresAt: "2027-01-01T00:00:00Z",
    peers: [],
    ...but,
  };
}

const direct = (name: string, address: string, rttMs: number) => ({ name, address, path: "direct", rttMs });

/** The fleet that the demo runs, in the middle of its story. */
export function fleet(): Host[] {
  return [
    host("home-server", {
      addresses: ["10.42.0.1"],
      groups: ["lighthouse", "servers"],
      lighthouse: true,
      relay: true,
      peers: [
        direct("anchor", "10.42.0.2", 11.2),
        direct("laptop", "10.42.0.10", 8.4),
        direct("rpi", "10.42.0.20", 4),
      ],
    }),
    host("anchor", {
      addresses: ["10.42.0.2"],
      groups: ["lighthouse", "servers"],
      lighthouse: true,
      relay: true,
      peers: [direct("home-server", "10.42.0.1", 11.3)],
    }),
    host("rpi", {
      addresses: ["10.42.0.20", "fd42::20"],
      groups: ["servers"],
      revision: { wanted: 17, enforced: 16 },
      peers: [
        direct("home-server", "10.42.0.1", 4.1),
        { name: "phone", address: "10.42.0.11", path: "relay:anchor", rttMs: 48.25 },
      ],
    }),
    host("laptop", { addresses: ["10.42.0.10"], groups: ["mobiles"], state: "offline" }),
    host("phone", { addresses: ["10.42.0.11"], groups: ["mobiles"], kind: "nebula", state: "unseen" }),
    host("old-laptop", { addresses: ["10.42.0.12"], groups: ["mobiles"], state: "offline", blocked: true }),
  ];
}
