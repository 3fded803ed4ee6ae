import { Alert, Button, Card, Code, Divider, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import type { NewSession } from "../api/client";
import { sessionQuery, signIn } from "../session/session";
import { Logo } from "../shell/logo";
import { secretOf } from "./one-time-link";
import classes from "./sign-in-page.module.css";

/** What the address says about how somebody came here. */
export interface Arrival {
  /** The control plane did not accept the one-time link that was opened. */
  "sign-in"?: "refused";
  /** A session was there and has ended. */
  ended?: true;
}

export function SignInPage({ "sign-in": outcome, ended }: Arrival) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: "/hosts" });
    },
  });
  const refusedLink = outcome === "refused" || (attempt.isError && attempt.variables.link != null);
  return (
    <main className={classes.page}>
      <Logo />
      <Card className={classes.card} withBorder padding="xl" radius="lg">
        <Stack>
          <Title order={1} size="h3">
            Sign in to Pharos
          </Title>
          {refusedLink && (
            <Alert color="red" role="alert" title="This link does not sign in">
              A link works once, and for a day. An owner makes another, or whoever holds an owner&apos;s API
              token with <Code bg="var(--mantine-color-body)">POST /api/v1/sign-in-links</Code>.
            </Alert>
          )}
          {attempt.isError && !refusedLink && (
            <Alert color="red" role="alert" title="Not signed in">
              {attempt.error.message}
            </Alert>
          )}
          {ended && !attempt.isError && (
            <Alert color="sea" role="status">
              Your session has ended. Sign in again.
            </Alert>
          )}
          <ByPassword pending={attempt.isPending} onSubmit={attempt.mutate} />
          <Divider label="or" />
          <ByLink pending={attempt.isPending} onSubmit={attempt.mutate} />
        </Stack>
      </Card>
    </main>
  );
}

interface Way {
  pending: boolean;
  onSubmit: (credentials: NewSession) => void;
}

function ByPassword({ pending, onSubmit }: Way) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    onSubmit({ name, password });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          autoComplete="username"
          spellCheck={false}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <Button type="submit" loading={pending} disabled={name.trim() === "" || password === ""}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function ByLink({ pending, onSubmit }: Way) {
  const [link, setLink] = useState("");
  const secret = secretOf(link);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (secret !== undefined) {
      onSubmit({ link: secret });
    }
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Sign-in link"
          description="The control plane prints one where it is started the first time; an owner makes one for you."
          placeholder="https://…/sign-in#…"
          autoComplete="off"
          spellCheck={false}
          value={link}
          error={link.trim() !== "" && secret === undefined && "This is no sign-in link"}
          onChange={(event) => {
            setLink(event.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" loading={pending} disabled={secret === undefined}>
          Open the link
        </Button>
      </Stack>
    </form>
  );
}
