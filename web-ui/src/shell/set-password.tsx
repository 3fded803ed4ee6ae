import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { ApiError } from "../api/client";
import { sessionQuery, setPassword } from "../session/session";

/** Asks whoever came by a link and has no password yet to choose one; a link works only once. */
export function SetPassword() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [opened, { open, close }] = useDisclosure(false);
  if (session.hasPassword) {
    return null;
  }
  return (
    <>
      <Alert color="sea" mt="md" role="note">
        <Group justify="space-between">
          <Text size="sm">You came by a link that works once. With a password you can come back.</Text>
          <Button size="xs" variant="default" onClick={open}>
            Set a password
          </Button>
        </Group>
      </Alert>
      <Modal opened={opened} onClose={close} title={`A password for ${session.actor}`}>
        <PasswordForm onDone={close} />
      </Modal>
    </>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const [password, setText] = useState("");
  const queryClient = useQueryClient();
  const attempt = useMutation({
    mutationFn: setPassword,
    onSuccess: async () => {
      await queryClient.invalidateQueries(sessionQuery);
      onDone();
    },
  });
  const field = attempt.error instanceof ApiError ? attempt.error.fields.password : undefined;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    attempt.mutate(password);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {attempt.isError && field === undefined && (
          <Alert color="red" role="alert">
            {attempt.error.message}
          </Alert>
        )}
        <PasswordInput
          data-autofocus
          label="New password"
          description="Twelve characters or more."
          autoComplete="new-password"
          value={password}
          error={field}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={attempt.isPending} disabled={password === ""}>
            Set the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
