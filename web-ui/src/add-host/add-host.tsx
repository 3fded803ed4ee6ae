import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import type { Host } from "../api/client";
import { arrivals, type Invitation, useInvite } from "./invitation";
import { InvitationForm } from "./invitation-form";
import { JoinLine } from "./join-line";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The hosts as last fetched: the dialog sees the new one among them. */
  hosts: Host[];
}

/** Asks what the new host is, then shows the one line that makes it join, then that it has. */
export function AddHost({ opened, onClose, hosts }: Props) {
  const narrow = useMediaQuery("(max-width: 40em)", undefined, { getInitialValueInEffect: false });
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const invite = useInvite();

  function submit(invitation: Invitation) {
    setKnown(new Set(hosts.map((host) => host.id)));
    invite.mutate({ invitation, key: crypto.randomUUID() });
  }

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={invite.reset}
      title="Add a host"
      size="lg"
      fullScreen={narrow}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {invite.data === undefined ? (
        <InvitationForm
          groups={[...new Set(hosts.flatMap((host) => host.groups))].sort()}
          pending={invite.isPending}
          error={invite.error}
          onSubmit={submit}
        />
      ) : (
        <JoinLine token={invite.data} arrived={arrivals(hosts, known)} onDone={onClose} />
      )}
    </Modal>
  );
}
