import { Button, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf, type Host } from "../api/client";
import { sessionQuery } from "../session/session";
import { hostsQuery } from "./hosts";

/** Lets in a host that waits for it; nothing for somebody who may only look. */
export function ApproveHost({ host }: { host: Host }) {
  const { data: session } = useQuery(sessionQuery);
  const queryClient = useQueryClient();
  const approval = useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/hosts/{id}/approve", { params: { path: { id: host.id } } })),
    onSuccess: () => queryClient.invalidateQueries(hostsQuery),
  });
  if (session?.role === "auditor") {
    return null;
  }
  return (
    <>
      <Button
        size="compact-sm"
        mt={4}
        aria-label={`Approve ${host.name}`}
        loading={approval.isPending}
        onClick={() => {
          approval.mutate();
        }}
      >
        Approve
      </Button>
      {approval.error !== null && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {approval.error.message}
        </Text>
      )}
    </>
  );
}
