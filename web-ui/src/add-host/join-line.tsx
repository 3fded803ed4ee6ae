import { Button, Code, Group, Loader, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { EnrollmentToken, Host } from "../api/client";
import { CheckIcon, CopyIcon } from "../shell/icons";
import classes from "./join-line.module.css";

interface Props {
  token: EnrollmentToken;
  /** Hosts that have come since the token was made. */
  arrived: Host[];
  onDone: () => void;
}

/** The one line that makes a machine join, shown once, and who has joined since. */
export function JoinLine({ token, arrived, onDone }: Props) {
  const clipboard = useClipboard({ timeout: 3_000 });
  const line = token.joinCommand ?? "";
  return (
    <Stack>
      <Text>
        Run this line as root on the machine, which needs pharos-agent and nothing else. All the rest is in
        the line.
      </Text>
      <Code block className={classes.line} data-testid="join-line">
        {line}
      </Code>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" c="dimmed">
          Shown only now. Good for {token.maxUses === 1 ? "one host" : `${token.maxUses} hosts`} until{" "}
          {new Date(token.expiresAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })};
          whoever has it can join.
        </Text>
        <Button
          data-autofocus
          className={classes.copy}
          leftSection={clipboard.copied ? <CheckIcon /> : <CopyIcon />}
          onClick={() => {
            clipboard.copy(line);
          }}
        >
          {clipboard.copied ? "Copied" : "Copy"}
        </Button>
      </Group>
      {clipboard.error !== null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          This browser does not let a page copy: select the line and copy it by hand.
        </Text>
      )}
      <div role="status" className={classes.arrivals}>
        {arrived.map((host) => (
          <Arrival key={host.id} host={host} />
        ))}
        {arrived.length < token.maxUses && (
          <Group gap="sm">
            <Loader size="xs" />
            <Text size="sm">
              {arrived.length === 0 ? "Waiting for the host to join" : "Waiting for the next host"}
            </Text>
          </Group>
        )}
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {arrived.length > 0 ? "Done" : "Close"}
        </Button>
      </Group>
    </Stack>
  );
}

function Arrival({ host }: { host: Host }) {
  const connected = host.state === "online";
  return (
    <Group gap="sm" c={connected ? "var(--pharos-online)" : "inherit"}>
      {connected ? <CheckIcon /> : <Loader size="xs" />}
      <Text size="sm" fw={600}>
        {host.name} {connected ? "is connected" : "has enrolled"}, {host.addresses.join(", ")}
      </Text>
    </Group>
  );
}
