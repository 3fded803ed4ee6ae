import { Alert, Button, Group, Loader, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AddHost } from "../add-host/add-host";
import { ApiError, type Host } from "../api/client";
import { PlusIcon, SearchIcon } from "../shell/icons";
import { HostCards } from "./host-cards";
import { HostTable } from "./host-table";
import { hostsQuery, matches } from "./hosts";
import { NoHosts } from "./no-hosts";

const NONE: Host[] = [];

export function HostsPage() {
  const { data, error, dataUpdatedAt, refetch } = useQuery(hostsQuery);
  const [adding, { open, close }] = useDisclosure();
  const addButton = (
    <Button leftSection={<PlusIcon />} onClick={open}>
      Add a host
    </Button>
  );
  return (
    <Stack py="lg" gap="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2">
            Hosts
          </Title>
          {data !== undefined && data.length > 0 && <Text c="dimmed">{inShort(data)}</Text>}
        </Group>
        {data !== undefined && data.length > 0 && addButton}
      </Group>
      {error !== null && <Stale error={error} since={dataUpdatedAt} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loader mx="auto" my="xl" aria-label="Loading the hosts" />}
      {data?.length === 0 && <NoHosts action={addButton} />}
      {data !== undefined && data.length > 0 && <Inventory hosts={data} />}
      <AddHost opened={adding} onClose={close} hosts={data ?? NONE} />
    </Stack>
  );
}

function Inventory({ hosts }: { hosts: Host[] }) {
  const [text, setText] = useState("");
  const narrow = useMediaQuery("(max-width: 52em)", undefined, { getInitialValueInEffect: false });
  const found = hosts.filter((host) => matches(host, text));
  return (
    <>
      <TextInput
        type="search"
        aria-label="Find hosts by name, address, group or role"
        placeholder="Name, address, group or role"
        leftSection={<SearchIcon />}
        maw={narrow ? undefined : "22rem"}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      {found.length === 0 ? (
        <Text c="dimmed" role="status">
          No host matches “{text}”.
        </Text>
      ) : narrow ? (
        <HostCards hosts={found} />
      ) : (
        <HostTable hosts={found} />
      )}
    </>
  );
}

/** The control plane is out of reach, which stops nothing but this page. */
function Stale({ error, since, onRetry }: { error: Error; since: number; onRetry: () => void }) {
  const seen = since > 0 ? ` What is shown here is as of ${new Date(since).toLocaleTimeString()}.` : "";
  return (
    <Alert color="yellow" role="alert" title="The control plane is not answering">
      <Group justify="space-between">
        <Text size="sm">
          The mesh carries on without it.{seen} {error instanceof ApiError && error.message}
        </Text>
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}

function inShort(hosts: Host[]): string {
  const online = hosts.filter((host) => host.state === "online" && !host.blocked).length;
  return `${online} of ${hosts.length} online`;
}
