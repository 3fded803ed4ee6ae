import { Stack, Text } from "@mantine/core";
import type { Host } from "../api/client";

/** The revision that the host enforces and, while that is another one, the one that is wanted of it and why not yet. */
export function HostRevision({ host: { revision, refused } }: { host: Host }) {
  if (!revision) {
    return (
      <Text component="span" size="sm" c="dimmed">
        By hand
      </Text>
    );
  }
  const { wanted, enforced } = revision;
  if (enforced === wanted) {
    return (
      <Text component="span" size="sm">
        {enforced}
      </Text>
    );
  }
  return (
    <Stack gap={0}>
      <Text component="span" size="sm" c={refused ? "var(--pharos-blocked)" : "var(--pharos-pending)"}>
        {enforced === 0 ? `None yet, wants ${wanted}` : `${enforced}, wants ${wanted}`}
      </Text>
      {refused && (
        <Text component="span" size="xs" c="dimmed" maw="15rem" style={{ overflowWrap: "anywhere" }}>
          Refuses {refused.number}: {refused.reason}
        </Text>
      )}
    </Stack>
  );
}
