import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { CannedControlPlane } from "../../test/canned-control-plane";
import { host } from "../../test/fleet";
import { open } from "../../test/open";

test("the first host: the line to run, then the host itself", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  const { user, poll } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Add a host" }));
  await user.type(await screen.findByLabelText(/^Name/), "rpi");
  await user.type(screen.getByLabelText("Groups", { selector: "input" }), "servers{Enter}");
  await user.click(screen.getByRole("button", { name: "Get the join line" }));

  expect((await screen.findByTestId("join-line")).textContent).toMatch(
    /^pharos-agent up --token pharos-join-/,
  );
  expect(controlPlane.tokensAskedFor).toEqual([
    { name: "rpi", groups: ["servers"], maxUses: 1, expiresIn: "PT24H", host: { name: "rpi" } },
  ]);
  expect(screen.getByText("Waiting for the host to join")).toBeDefined();

  controlPlane.join("rpi", { state: "unseen" });
  await poll();
  expect(await screen.findByText("rpi has enrolled, 10.42.0.30")).toBeDefined();

  controlPlane.hosts = [];
  controlPlane.join("rpi");
  await poll();
  expect(await screen.findByText("rpi is connected, 10.42.0.30")).toBeDefined();
  expect(screen.queryByText("Waiting for the next host")).toBeNull();
});

test("a token for several hosts leaves their names to them, and counts only those that come", async () => {
  const controlPlane = new CannedControlPlane({ hosts: [host("anchor")], signedIn: true });
  const { user, poll } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Add a host" }));
  await user.type(await screen.findByLabelText(/^Name/), "office");
  await user.clear(screen.getByLabelText("Hosts that may join"));
  await user.type(screen.getByLabelText("Hosts that may join"), "5");
  await user.selectOptions(screen.getByLabelText("Good for"), "7 days");
  await user.click(screen.getByRole("button", { name: "Get the join line" }));
  await screen.findByTestId("join-line");
  expect(controlPlane.tokensAskedFor).toEqual([
    { name: "office", groups: [], maxUses: 5, expiresIn: "PT168H" },
  ]);

  controlPlane.join("printer");
  await poll();
  expect(await screen.findByText("printer is connected, 10.42.0.30")).toBeDefined();
  expect(screen.queryByText(/anchor is connected/)).toBeNull();
  expect(screen.getByText("Waiting for the next host")).toBeDefined();
});

test("a refusal stands at the field that it is about", async () => {
  const controlPlane = new CannedControlPlane({ hosts: [host("rpi")], signedIn: true });
  const { user } = open("/hosts", controlPlane);
  await user.click(await screen.findByRole("button", { name: "Add a host" }));
  await user.type(await screen.findByLabelText(/^Name/), "rpi");
  await user.click(screen.getByRole("button", { name: "Get the join line" }));

  expect(await screen.findByText("There is a host called rpi already")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});
