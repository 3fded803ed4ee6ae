import { Alert, Button, Card, Code, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { Logo } from "../shell/logo";
import { secretOf } from "./one-time-link";
import classes from "./sign-in-page.module.css";

/** What the address says about how somebody came here. */
export interface Arrival {
  /** The control plane did not accept the one-time link, and sent the browser on. */
  "sign-in"?: "refused";
  /** A session was there and has ended. */
  ended?: true;
}

/** The one-time link signs in by itself: the control plane answers it. This page is for whoever came without. */
export function SignInPage({ "sign-in": outcome, ended }: Arrival) {
  const [link, setLink] = useState("");
  const secret = secretOf(link);
  return (
    <main className={classes.page}>
      <Logo />
      <Card className={classes.card} withBorder padding="xl" radius="lg">
        <form method="get" action="/sign-in">
          <input type="hidden" name="token" value={secret ?? ""} />
          <Stack>
            <Title order={1} size="h3">
              Sign in to Pharos
            </Title>
            {outcome === "refused" && (
              <Alert color="red" role="alert" title="This link does not sign in">
                A link works once, and for a day. Whoever holds an API token gets a new one from{" "}
                <Code bg="var(--mantine-color-body)">POST /api/v1/sign-in-links</Code>.
              </Alert>
            )}
            {ended && (
              <Alert color="sea" role="status">
                Your session has ended. Sign in again with a new link.
              </Alert>
            )}
            <Text>
              The control plane prints a one-time sign-in link where it was started. Open that link, or paste
              it here.
            </Text>
            <TextInput
              label="Sign-in link"
              placeholder="https://…/sign-in?token=…"
              autoComplete="off"
              spellCheck={false}
              value={link}
              error={link.trim() !== "" && secret === undefined && "This holds no sign-in token"}
              onChange={(event) => {
                setLink(event.currentTarget.value);
              }}
            />
            <Button type="submit" disabled={secret === undefined}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Card>
    </main>
  );
}
