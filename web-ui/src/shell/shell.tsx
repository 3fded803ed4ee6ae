import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { sessionQuery, signOut } from "../session/session";
import { ColorSchemeButton } from "./color-scheme-button";
import { Logo } from "./logo";
import { SetPassword } from "./set-password";
import classes from "./shell.module.css";

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  return (
    <>
      <header className={classes.header}>
        <div className={classes.column}>
          <Group justify="space-between" wrap="nowrap" h="100%">
            <Logo />
            <Group gap="xs" wrap="nowrap">
              <ColorSchemeButton />
              <SignOut />
            </Group>
          </Group>
        </div>
      </header>
      <main className={classes.column}>
        <SetPassword />
        <Outlet />
      </main>
    </>
  );
}

function SignOut() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: "/" });
    },
  });
  return (
    <Button
      variant="default"
      size="xs"
      title={`Signed in as ${session.actor}`}
      loading={attempt.isPending}
      onClick={() => {
        attempt.mutate();
      }}
    >
      Sign out
    </Button>
  );
}
