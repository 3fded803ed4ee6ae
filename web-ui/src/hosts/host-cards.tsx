import { Card, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Host } from "../api/client";
import classes from "./host-cards.module.css";
import { Addresses, HostGroups, HostName } from "./host-name";
import { HostPaths } from "./host-paths";
import { HostRevision } from "./host-revision";
import { HostState } from "./host-state";

/** The hosts on a screen as narrow as a phone's. */
export function HostCards({ hosts }: { hosts: Host[] }) {
  const sorted = hosts.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return (
    <ul className={classes.list}>
      {sorted.map((host) => (
        <Card key={host.id} component="li" className={classes.card} withBorder padding="md">
          <Stack gap="xs">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <HostName host={host} />
              <HostState host={host} />
            </Group>
            <dl className={classes.facts}>
              <Fact name="Addresses">
                <Addresses host={host} />
              </Fact>
              {host.groups.length > 0 && (
                <Fact name="Groups">
                  <HostGroups host={host} />
                </Fact>
              )}
              <Fact name="Path">
                <HostPaths host={host} />
              </Fact>
              <Fact name="Revision">
                <HostRevision host={host} />
              </Fact>
            </dl>
          </Stack>
        </Card>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <dd>{children}</dd>
    </>
  );
}
