/**
 * The secret in a one-time link `https://…/sign-in#token=SECRET`, of which a person may paste all or only the end.
 * It is in the fragment because browsers keep that to themselves: it reaches no log and no proxy.
 *
 * @returns undefined when there is none
 */
export function secretOf(link: string): string | undefined {
  const text = link.trim();
  const fragment = text.slice(text.indexOf("#") + 1);
  const named = new URLSearchParams(fragment).get("token");
  if (named !== null) {
    return named || undefined;
  }
  return /^[\w.~-]{16,}$/.test(fragment) ? fragment : undefined;
}
