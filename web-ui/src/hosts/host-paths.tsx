import { Popover, Table, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Host, Peer } from "../api/client";
import classes from "./host-paths.module.css";
import { hostsQuery, pathsOf } from "./hosts";

/** How the host reaches its peers, in short; pressed, peer by peer. */
export function HostPaths({ host }: { host: Host }) {
  if (host.peers.length === 0) {
    return (
      <Text component="span" size="sm" c="dimmed">
        {host.kind === "nebula" ? "Not reported" : "No tunnels"}
      </Text>
    );
  }
  return (
    <Popover withArrow shadow="md" position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.summary} aria-label={`Paths of ${host.name}: ${inShort(host)}`}>
          {inShort(host)}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} bg="var(--pharos-surface)">
        <Peers host={host} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Peers({ host }: { host: Host }) {
  const { data: hosts = [] } = useQuery(hostsQuery);
  return (
    <div
      className={classes.peers}
      role="group"
      aria-label={`Paths of ${host.name}`}
      tabIndex={0}
      data-autofocus
    >
      <Table verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Peer</Table.Th>
            <Table.Th>Path</Table.Th>
            <Table.Th ta="end">Round trip</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {host.peers.map((peer) => (
            <PeerRow key={peer.address} peer={peer} hosts={hosts} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function PeerRow({ peer, hosts }: { peer: Peer; hosts: Host[] }) {
  return (
    <Table.Tr>
      <Table.Td>{peer.name ?? peer.address}</Table.Td>
      <Table.Td>{peer.path === "direct" ? "direct" : `through ${relayOf(peer, hosts)}`}</Table.Td>
      <Table.Td ta="end">{peer.rttMs == null ? "–" : `${peer.rttMs.toFixed(1)} ms`}</Table.Td>
    </Table.Tr>
  );
}

// An agent names a relay by its overlay address, as that is all it knows of it.
function relayOf(peer: Peer, hosts: Host[]): string {
  const address = peer.path.replace(/^relay:/, "");
  return hosts.find((host) => host.addresses.includes(address))?.name ?? address;
}

function inShort(host: Host): string {
  const { direct, relayed, untold } = pathsOf(host);
  return [
    direct > 0 && `${direct} direct`,
    relayed > 0 && `${relayed} relayed`,
    untold > 0 && `${untold} more`,
  ]
    .filter(Boolean)
    .join(", ");
}
