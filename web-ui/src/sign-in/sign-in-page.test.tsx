import { screen } from "@testing-library/react";
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

test("a pasted link goes where the link itself would have gone", async () => {
  const controlPlane = new CannedControlPlane();
  const { user, path } = open("/hosts", controlPlane);
  await user.click(await screen.findByLabelText("Sign-in link"));
  expect(path()).toBe("/");
  await user.paste("something else");
  expect(screen.getByText("This holds no sign-in token")).toBeDefined();

  await user.clear(screen.getByLabelText("Sign-in link"));
  await user.paste(`https://203.0.113.5:8443/sign-in?token=${controlPlane.signInToken}`);
  const form = screen.getByRole<HTMLButtonElement>("button", { name: "Sign in" }).form;
  expect(form?.getAttribute("action")).toBe("/sign-in");
  expect(new FormData(form ?? undefined).get("token")).toBe(controlPlane.signInToken);
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

test("signing out ends the session, and proves that this page asked for it", async () => {
  document.cookie = "XSRF-TOKEN=seen%20here";
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { user } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Sign out" }));

  expect(await screen.findByLabelText("Sign-in link")).toBeDefined();
  expect(controlPlane.signedIn).toBe(false);
  expect(controlPlane.signedOutWith).toBe("seen here");
});
