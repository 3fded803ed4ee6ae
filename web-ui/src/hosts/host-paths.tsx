import { Popover, Table, Text, UnstyledButton } from "@mantine/core";
import type { Host, Peer } from "../api/client";
import classes from "./host-paths.module.css";
import { pathsOf } from "./hosts";

/** How the host reaches its peers, in short; pressed, peer by peer. */
export function HostPaths({ host }: { host: Host }) {
  const peers = host.peers ?? [];
  if (peers.length === 0) {
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
              {peers.map((peer) => (
                <PeerRow key={peer.address} peer={peer} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function PeerRow({ peer }: { peer: Peer }) {
  return (
    <Table.Tr>
      <Table.Td>{peer.name ?? peer.address}</Table.Td>
      <Table.Td>{peer.path === "direct" ? "direct" : `through ${peer.path.replace(/^relay:/, "")}`}</Table.Td>
      <Table.Td ta="end">{peer.rttMs === undefined ? "–" : `${peer.rttMs.toFixed(1)} ms`}</Table.Td>
    </Table.Tr>
  );
}

function inShort(host: Host): string {
  const { direct, relayed } = pathsOf(host);
  return [direct > 0 && `${direct} direct`, relayed > 0 && `${relayed} relayed`].filter(Boolean).join(", ");
}
