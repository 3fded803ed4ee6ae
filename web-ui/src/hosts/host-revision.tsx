import { Text } from "@mantine/core";
import type { Host } from "../api/client";

/** The revision that the host enforces and, while that is another one, the one that is wanted of it. */
export function HostRevision({ host }: { host: Host }) {
  const { wanted, enforced } = host.revision;
  if (host.kind === "nebula") {
    return (
      <Text component="span" size="sm" c="dimmed">
        By hand
      </Text>
    );
  }
  if (enforced === wanted) {
    return (
      <Text component="span" size="sm">
        {enforced}
      </Text>
    );
  }
  return (
    <Text component="span" size="sm" c="var(--pharos-pending)" style={{ whiteSpace: "nowrap" }}>
      {enforced === undefined ? `None yet, wants ${wanted}` : `${enforced}, wants ${wanted}`}
    </Text>
  );
}
