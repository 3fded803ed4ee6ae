import { useMutation } from "@tanstack/react-query";
import {
  api,
  ApiError,
  bodyOf,
  type EnrollmentToken,
  type Host,
  type NewEnrollmentToken,
} from "../api/client";

/** What a person fills in to invite one host or several. */
export interface Invitation {
  name: string;
  groups: string[];
  maxUses: number;
  expiresIn: string;
}

export const LIFETIMES = [
  { value: "PT1H", label: "1 hour" },
  { value: "PT24H", label: "1 day" },
  { value: "PT168H", label: "7 days" },
];

export const BLANK: Invitation = { name: "", groups: [], maxUses: 1, expiresIn: "PT24H" };

/** A token that is good for one host also decides what that host is called. */
export function tokenFor({ name, ...rest }: Invitation): NewEnrollmentToken {
  const trimmed = name.trim();
  return { name: trimmed, ...rest, ...(rest.maxUses === 1 ? { host: { name: trimmed } } : {}) };
}

/** Creates the enrolment token. One key for all tries, so that a lost answer does not leave a second token behind. */
export function useInvite() {
  return useMutation({
    mutationFn: ({ invitation, key }: { invitation: Invitation; key: string }): Promise<EnrollmentToken> =>
      bodyOf(
        api.POST("/api/v1/enrollment-tokens", {
          body: tokenFor(invitation),
          headers: { "Idempotency-Key": key },
        }),
      ),
    retry: (failures, error) => !(error instanceof ApiError) && failures < 3,
  });
}

/** The hosts that have come since the invitation was made, when the hosts listed here were known. */
export function arrivals(hosts: readonly Host[], known: ReadonlySet<string>): Host[] {
  return hosts.filter((host) => !known.has(host.id));
}
