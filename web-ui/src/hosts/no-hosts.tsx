import { Card, Group, List, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What to do when there is nothing to show yet. */
export function NoHosts({ action }: { action: ReactNode }) {
  return (
    <Card withBorder padding="xl" radius="lg" bg="var(--pharos-surface)" maw="40rem" mx="auto" mt="xl">
      <img src="/favicon.svg" alt="" width={72} height={72} />
      <Title mt="md" order={2} size="h4">
        No hosts yet
      </Title>
      <Text mt="xs" c="dimmed">
        A host is a machine in your mesh: a server, a laptop, a Raspberry Pi behind somebody else&rsquo;s
        router.
      </Text>
      <List type="ordered" spacing="xs" my="lg">
        <List.Item>Add a host here. You get one line to copy.</List.Item>
        <List.Item>
          Paste that line into a terminal of the machine, where pharos-agent is installed. The machine joins,
          and shows up here by itself.
        </List.Item>
        <List.Item>Add a second one, and ping one from the other.</List.Item>
      </List>
      <Text size="sm" c="dimmed" mb="lg">
        Let at least one host that others can reach from outside be a lighthouse: hosts behind routers find
        each other through it.
      </Text>
      <Group>{action}</Group>
    </Card>
  );
}
