const FORMAT = new Intl.RelativeTimeFormat("en", { style: "short" });
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** How long before now something was, in the largest unit that fits: "3 min. ago". */
export function ago(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1_000));
  const fitting = UNITS.find(([, length]) => seconds >= length);
  return fitting === undefined
    ? FORMAT.format(-seconds, "second")
    : FORMAT.format(-Math.floor(seconds / fitting[1]), fitting[0]);
}
