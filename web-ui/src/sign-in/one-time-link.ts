/**
 * The secret in a one-time link `https://…/sign-in#SECRET`, of which a person may paste all or only the end.
 *
 * @returns undefined when there is none
 */
export function secretOf(link: string): string | undefined {
  const text = link.trim();
  return /^(?:[^#\s]*#)?([\w-]{16,})$/.exec(text)?.[1];
}
