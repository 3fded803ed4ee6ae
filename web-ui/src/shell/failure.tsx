import { Alert, Button, Container, Stack, Text } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";

/** A page that could not be shown at all, and why. */
export function Failure({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Container component="main" size="xs" py="xl">
      <Alert color="red" role="alert" title="This page could not be loaded">
        <Stack align="flex-start">
          <Text>{error instanceof Error ? error.message : String(error)}</Text>
          <Button variant="default" onClick={() => void router.invalidate()}>
            Try again
          </Button>
        </Stack>
      </Alert>
    </Container>
  );
}
