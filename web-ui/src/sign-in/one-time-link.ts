/**
 * The secret in a one-time link `https://…/sign-in?token=SECRET`, of which a person may paste all or only the end.
 *
 * @returns undefined when there is none
 */
export function secretOf(link: string): string | undefined {
  const text = link.trim();
  const named = /(?:^|[?&#])token=([\w-]+)$/.exec(text)?.[1];
  return named ?? (/^[\w-]{16,}$/.test(text) ? text : undefined);
}
