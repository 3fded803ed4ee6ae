import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { CannedControlPlane } from "../../test/canned-control-plane";
import { open } from "../../test/open";

test("the one-time link signs in by itself and leads to the hosts", async () => {
  const controlPlane = new CannedControlPlane();
  const { path } = open(`/sign-in#token=${controlPlane.signInToken}`, controlPlane);

  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
  expect(path()).toBe("/hosts");
});

test("a link that was used before says so and asks for another", async () => {
  const controlPlane = new CannedControlPlane();
  await controlPlane.handle(
    new Request("https://pharos.test:8443/api/v1/session", {
      method: "POST",
      body: JSON.stringify({ signInToken: controlPlane.signInToken }),
    }),
  );
  controlPlane.signedIn = false;
  open(`/sign-in#token=${controlPlane.signInToken}`, controlPlane);

  expect((await screen.findByRole("alert")).textContent).toContain("This link does not sign in");
});

test("a link can be pasted", async () => {
  const controlPlane = new CannedControlPlane();
  const { user, path } = open("/hosts", controlPlane);
  await user.click(await screen.findByLabelText("Sign-in link"));
  await user.paste(`https://203.0.113.5:8443/sign-in#token=${controlPlane.signInToken}`);
  await user.click(screen.getByRole("button", { name: "Sign in" }));

  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
  expect(path()).toBe("/hosts");
});

test("no answer is not the link's fault", async () => {
  const controlPlane = new CannedControlPlane();
  controlPlane.unreachable = true;
  open(`/sign-in#token=${controlPlane.signInToken}`, controlPlane);

  expect((await screen.findByRole("alert")).textContent).toContain("The control plane did not answer");
});

test("a session that ends leads back to the sign-in page, and so does signing out", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { poll, user } = open("/hosts", controlPlane);
  await screen.findByText("No hosts yet");
  controlPlane.signedIn = false;
  await poll();
  expect((await screen.findByRole("status")).textContent).toContain("Your session has ended");

  await user.click(screen.getByLabelText("Sign-in link"));
  await user.paste(controlPlane.signInToken);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  expect(await screen.findByLabelText("Sign-in link")).toBeDefined();
  expect(controlPlane.signedIn).toBe(false);
});
