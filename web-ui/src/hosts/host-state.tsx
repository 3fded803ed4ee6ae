import { Group, Stack, Text } from "@mantine/core";
import type { Host } from "../api/client";
import { ago } from "./ago";
import { ApproveHost } from "./approve-host";
import classes from "./host-state.module.css";

const WORDS = {
  online: "Online",
  offline: "Offline",
  unseen: "Never seen",
  pending: "Awaits approval",
  blocked: "Blocked",
} as const;

/** Whether the host talks to the control plane: in words, with a dot for the hurried eye. */
export function HostState({ host }: { host: Host }) {
  const state = host.blocked ? "blocked" : host.state;
  return (
    <Stack gap={0} align="flex-start">
      <Group gap={8} wrap="nowrap">
        <span className={classes.dot} data-state={state} />
        <Text component="span" size="sm" className={classes.word}>
          {WORDS[state]}
        </Text>
      </Group>
      {host.lastSeenAt && host.state === "offline" && (
        <Text component="span" size="xs" c="dimmed" className={classes.word}>
          {ago(new Date(host.lastSeenAt), new Date())}
        </Text>
      )}
      {state === "pending" && <ApproveHost host={host} />}
    </Stack>
  );
}
