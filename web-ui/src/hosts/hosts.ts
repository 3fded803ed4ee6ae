import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf, type Host } from "../api/client";

const PAGE = 200;

/** Every host of the network, fetched again every three seconds while the page is looked at. */
export const hostsQuery = queryOptions({
  queryKey: ["hosts"],
  queryFn: ({ signal }) => listHosts(signal),
  refetchInterval: 3_000,
});

async function listHosts(signal: AbortSignal): Promise<Host[]> {
  const hosts: Host[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: PAGE } : { limit: PAGE, cursor };
    const page = await bodyOf(api.GET("/api/v1/hosts", { params: { query }, signal }));
    hosts.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return hosts;
}

/** Whether every word of the text is found in the host's name, addresses, groups or roles. */
export function matches(host: Host, text: string): boolean {
  const haystack = [host.name, ...host.addresses, ...host.groups, ...rolesOf(host)].join("\n").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** What the host does for the others, and what it runs when that is not a Pharos agent. */
export function rolesOf(host: Host): string[] {
  return [
    ...(host.lighthouse ? ["lighthouse"] : []),
    ...(host.relay ? ["relay"] : []),
    ...(host.kind === "nebula" ? ["stock nebula"] : []),
  ];
}

/** How many of the peers of a host are reached directly, how many through a relay, and how many a list leaves out. */
export function pathsOf(host: Host): { direct: number; relayed: number; untold: number } {
  const direct = host.peers.filter((peer) => peer.path === "direct").length;
  return { direct, relayed: host.peers.length - direct, untold: host.peerCount - host.peers.length };
}
