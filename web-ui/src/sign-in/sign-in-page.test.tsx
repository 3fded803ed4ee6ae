import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { CannedControlPlane } from "../../test/canned-control-plane";
import { open } from "../../test/open";

test("whoever is signed in arrives at the hosts", async () => {
  const { path } = open("/", new CannedControlPlane({ signedIn: true }));

  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
  expect(path()).toBe("/hosts");
});

test("a link that was refused says so and asks for another", async () => {
  open("/?sign-in=refused", new CannedControlPlane());

  expect((await screen.findByRole("alert")).textContent).toContain("This link does not sign in");
});

test("a link signs in by itself, and once", async () => {
  const controlPlane = new CannedControlPlane();
  const { path } = open(`/sign-in#${controlPlane.signInToken}`, controlPlane);

  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
  expect(path()).toBe("/hosts");
});

test("a link that is used up is refused", async () => {
  open("/sign-in#used-before-by-somebody", new CannedControlPlane());

  expect((await screen.findByRole("alert")).textContent).toContain("This link does not sign in");
});

test("a pasted link signs in as the link itself would have", async () => {
  const controlPlane = new CannedControlPlane();
  const { user, path } = open("/hosts", controlPlane);
  await user.click(await screen.findByLabelText("Sign-in link"));
  expect(path()).toBe("/");
  await user.paste("something else");
  expect(screen.getByText("This is no sign-in link")).toBeDefined();

  await user.clear(screen.getByLabelText("Sign-in link"));
  await user.paste(`https://203.0.113.5:8443/sign-in#${controlPlane.signInToken}`);
  await user.click(screen.getByRole("button", { name: "Open the link" }));
  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
});

test("whoever came by a link sets a password, and comes back with it", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { user } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Set a password" }));
  await user.type(await screen.findByLabelText("New password"), "too short");
  await user.click(screen.getByRole("button", { name: "Set the password" }));
  expect(await screen.findByText("must have 12 to 200 characters")).toBeDefined();
  await user.type(screen.getByLabelText("New password"), " no longer");
  await user.click(screen.getByRole("button", { name: "Set the password" }));
  await waitFor(() => {
    expect(screen.queryByRole("button", { name: "Set a password" })).toBeNull();
  });

  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  await user.type(await screen.findByLabelText("Name"), "owner");
  await user.type(screen.getByLabelText("Password"), "a wrong one");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toContain("nobody of that name");
  await user.clear(screen.getByLabelText("Password"));
  await user.type(screen.getByLabelText("Password"), "too short no longer");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "Hosts" })).toBeDefined();
});

test("a session that ends leads back here", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { poll, path } = open("/hosts", controlPlane);
  await screen.findByText("No hosts yet");
  controlPlane.signedIn = false;
  await poll();

  expect((await screen.findByRole("status")).textContent).toContain("Your session has ended");
  expect(path()).toBe("/");
});

test("signing out ends the session", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { user } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Sign out" }));

  expect(await screen.findByLabelText("Sign-in link")).toBeDefined();
  expect(controlPlane.signedIn).toBe(false);
});
