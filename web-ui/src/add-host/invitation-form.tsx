import { Alert, Button, Group, NativeSelect, NumberInput, Stack, TagsInput, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { ApiError } from "../api/client";
import { BLANK, type Invitation, LIFETIMES } from "./invitation";

interface Props {
  /** Groups that other hosts are in, as suggestions. */
  groups: string[];
  pending: boolean;
  error: Error | null;
  onSubmit: (invitation: Invitation) => void;
}

export function InvitationForm({ groups, pending, error, onSubmit }: Props) {
  const [invitation, setInvitation] = useState(BLANK);
  const change = (part: Partial<Invitation>) => {
    setInvitation((before) => ({ ...before, ...part }));
  };
  const single = invitation.maxUses === 1;
  const fields = error instanceof ApiError ? error.fields : {};
  const elsewhere = error !== null && Object.keys(fields).length === 0;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    onSubmit(invitation);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {elsewhere && (
          <Alert color="red" role="alert" title="No token was made">
            {error.message}
          </Alert>
        )}
        <TextInput
          data-autofocus
          required
          label="Name"
          description={
            single
              ? "What the host is called in the mesh."
              : "A label for this token. Each host is called what its machine is called."
          }
          placeholder={single ? "rpi" : "office machines"}
          value={invitation.name}
          error={fields.name ?? fields["host.name"]}
          onChange={(event) => {
            change({ name: event.currentTarget.value });
          }}
        />
        <TagsInput
          label="Groups"
          description="Policies allow traffic from group to group. Press Enter after each."
          placeholder={invitation.groups.length === 0 ? "servers" : ""}
          data={groups}
          value={invitation.groups}
          error={fields.groups}
          onChange={(value) => {
            change({ groups: value });
          }}
        />
        <Group grow align="flex-start">
          <NumberInput
            label="Hosts that may join"
            min={1}
            max={10_000}
            allowDecimal={false}
            value={invitation.maxUses}
            error={fields.maxUses}
            onChange={(value) => {
              change({ maxUses: Math.max(1, Number(value)) });
            }}
          />
          <NativeSelect
            label="Good for"
            data={LIFETIMES}
            value={invitation.expiresIn}
            error={fields.expiresIn}
            onChange={(event) => {
              change({ expiresIn: event.currentTarget.value });
            }}
          />
        </Group>
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={invitation.name.trim() === ""}>
            Get the join line
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
