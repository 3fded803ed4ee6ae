import { Anchor, Container, Text, Title } from "@mantine/core";

export function NoSuchPage() {
  return (
    <Container component="main" size="xs" py="xl">
      <Title order={1} size="h3">
        There is no such page
      </Title>
      <Text mt="md">
        What there is: <Anchor href="/hosts">the hosts of this network</Anchor>.
      </Text>
    </Container>
  );
}
