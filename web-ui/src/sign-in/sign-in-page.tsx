import { Alert, Button, Card, Center, Loader, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { ApiError } from "../api/client";
import { signIn } from "../session/session";
import { Logo } from "../shell/logo";
import { secretOf } from "./one-time-link";
import classes from "./sign-in-page.module.css";

interface Props {
  /** Why the link that opened this page did not sign in. */
  refusal?: Error;
  /** A session was there and has ended. */
  ended?: true;
}

export function SignInPage({ refusal, ended }: Props) {
  const [link, setLink] = useState("");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: "/hosts", replace: true });
    },
  });
  const secret = secretOf(link);
  const failure = attempt.error ?? refusal;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (secret !== undefined) {
      attempt.mutate(secret);
    }
  }

  return (
    <Frame>
      <form onSubmit={submit}>
        <Stack>
          <Title order={1} size="h3">
            Sign in to Pharos
          </Title>
          {failure !== undefined && <Refusal error={failure} />}
          {ended && failure === undefined && (
            <Alert color="sea" role="status">
              Your session has ended. Sign in again with a new link.
            </Alert>
          )}
          <Text>
            The control plane prints a one-time sign-in link where it was started. Open that link, or paste it
            here.
          </Text>
          <TextInput
            label="Sign-in link"
            placeholder="https://…/sign-in#token=…"
            autoComplete="off"
            spellCheck={false}
            value={link}
            error={link.trim() !== "" && secret === undefined && "This holds no sign-in token"}
            onChange={(event) => {
              setLink(event.currentTarget.value);
            }}
          />
          <Button type="submit" disabled={secret === undefined} loading={attempt.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}

function Refusal({ error }: { error: Error }) {
  const refused = error instanceof ApiError && error.status < 500;
  return (
    <Alert
      color="red"

      role="alert"
      title={refused ? "This link does not sign in" : "The control plane did not answer"}
    >
      {refused
        ? "A link works once and for a short time. Ask the control plane for a new one where it runs."
        : "The link may still be good: try it again in a moment."}
    </Alert>
  );
}

/** Shown while the link that opened the page is traded for a session. */
export function SigningIn() {
  return (
    <Frame>
      <Center mih="8rem" role="status" aria-label="Signing in">
        <Loader />
      </Center>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <main className={classes.page}>
      <Logo />
      <Card className={classes.card} withBorder padding="xl" radius="lg">
        {children}
      </Card>
    </main>
  );
}
