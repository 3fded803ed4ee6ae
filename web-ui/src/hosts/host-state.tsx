import { Group, Text } from "@mantine/core";
import type { Host } from "../api/client";
import classes from "./host-state.module.css";

const WORDS = { online: "Online", offline: "Offline", unseen: "Never seen", blocked: "Blocked" } as const;

/** Whether the host talks to the control plane: in words, with a dot for the hurried eye. */
export function HostState({ host }: { host: Host }) {
  const state = host.blocked ? "blocked" : host.state;
  return (
    <Group gap={8} wrap="nowrap">
      <span className={classes.dot} data-state={state} />
      <Text component="span" size="sm" style={{ whiteSpace: "nowrap" }}>
        {WORDS[state]}
      </Text>
    </Group>
  );
}
