import { expect, test } from "vitest";
import { secretOf } from "./one-time-link";

const SECRET = "Zk3uJ0v5Qm8yR1tX7aBcDeFgHiJkLmNo";

test.each([
  `https://203.0.113.5:8443/sign-in#${SECRET}`,
  `  https://[2001:db8::1]:8443/sign-in#${SECRET}\n`,
  `#${SECRET}`,
  SECRET,
])("finds the secret in %j", (link) => {
  expect(secretOf(link)).toBe(SECRET);
});

test.each(["", "#", "#short", "https://203.0.113.5:8443/sign-in", "hello there", "short"])(
  "finds none in %j",
  (link) => {
    expect(secretOf(link)).toBeUndefined();
  },
);
