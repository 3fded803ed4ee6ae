import { expect, test } from "vitest";
import { ago } from "./ago";

const NOW = new Date("2026-11-23T12:00:00Z");

test.each([
  ["2026-11-23T12:00:05Z", "0 sec. ago"],
  ["2026-11-23T11:59:18Z", "42 sec. ago"],
  ["2026-11-23T11:58:01Z", "1 min. ago"],
  ["2026-11-23T09:00:00Z", "3 hr. ago"],
  ["2026-11-13T12:00:00Z", "10 days ago"],
])("%s was %s", (then, expected) => {
  expect(ago(new Date(then), NOW)).toBe(expected);
});
