import { Badge, Code, Group, Stack, Text } from "@mantine/core";
import type { Host } from "../api/client";
import classes from "./host-name.module.css";
import { rolesOf } from "./hosts";

export function HostName({ host }: { host: Host }) {
  const roles = rolesOf(host);
  return (
    <Stack gap={0}>
      <Text component="span" size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
        {host.name}
      </Text>
      {roles.length > 0 && (
        <Text component="span" size="xs" c="dimmed">
          {roles.join(", ")}
        </Text>
      )}
    </Stack>
  );
}

export function Addresses({ host }: { host: Host }) {
  return (
    <Stack gap={2} align="flex-start">
      {host.addresses.map((address) => (
        <Code key={address} className={classes.address}>
          {address}
        </Code>
      ))}
    </Stack>
  );
}

export function HostGroups({ host }: { host: Host }) {
  return (
    <Group gap={6}>
      {host.groups.map((group) => (
        <Badge key={group}>{group}</Badge>
      ))}
    </Group>
  );
}
