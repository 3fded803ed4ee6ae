import { Group, Text } from "@mantine/core";

export function Logo() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/favicon.svg" alt="" width={28} height={28} />
      <Text component="span" size="lg" fw={700}>
        Pharos
      </Text>
    </Group>
  );
}
