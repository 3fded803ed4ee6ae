import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { CannedControlPlane } from "../../test/canned-control-plane";
import { fleet, host } from "../../test/fleet";
import { open } from "../../test/open";

function rowOf(name: string) {
  return screen.getByText(name).closest("tr") as HTMLElement;
}

function namesInOrder() {
  return screen.getAllByRole("row").map((row) => row.querySelector("td span")?.textContent);
}

test("each host is shown with state, addresses, groups, path and revision", async () => {
  open("/hosts", new CannedControlPlane({ hosts: fleet(), signedIn: true }));
  await screen.findByText("3 of 6 online");

  const rpi = within(rowOf("rpi"));
  expect(rpi.getByText("Online")).toBeDefined();
  expect(rpi.getByText("10.42.0.20")).toBeDefined();
  expect(rpi.getByText("fd42::20")).toBeDefined();
  expect(rpi.getByText("servers")).toBeDefined();
  expect(rpi.getByText("1 direct, 1 relayed")).toBeDefined();
  expect(rpi.getByText("16, wants 17")).toBeDefined();

  expect(within(rowOf("anchor")).getByText("lighthouse, relay")).toBeDefined();
  expect(within(rowOf("laptop")).getByText("Offline")).toBeDefined();
  expect(within(rowOf("laptop")).getByText("3 hr. ago")).toBeDefined();
  expect(within(rowOf("laptop")).getByText(/^Refuses 16: needs own.egress/)).toBeDefined();
  expect(within(rowOf("phone")).getByText("Not reported")).toBeDefined();
  expect(within(rowOf("old-laptop")).getByText("Blocked")).toBeDefined();
});

test("the paths of a host open peer by peer", async () => {
  const { user } = open("/hosts", new CannedControlPlane({ hosts: fleet(), signedIn: true }));
  await user.click(await screen.findByRole("button", { name: "Paths of rpi: 1 direct, 1 relayed" }));

  // Nothing has a size here, so that the popover takes itself for scrolled out of sight.
  const peers = within(await screen.findByRole("dialog", { hidden: true }));
  expect(peers.getByText("through anchor")).toBeDefined();
  expect(peers.getByText("48.3 ms")).toBeDefined();
});

test("of very many peers, those that a list leaves out are counted", async () => {
  const hosts = fleet().map((known) => ({ ...known, peerCount: known.peers.length * 100 }));
  open("/hosts", new CannedControlPlane({ hosts, signedIn: true }));

  expect(await screen.findByText("3 direct, 297 more")).toBeDefined();
});

test("a host that waits is let in by a press", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  controlPlane.join("newcomer", { state: "pending" });
  const { user } = open("/hosts", controlPlane);
  await screen.findByText("Awaits approval");
  await user.click(await screen.findByRole("button", { name: "Approve newcomer" }));

  expect(await screen.findByText("1 of 1 online")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Approve newcomer" })).toBeNull();
});

test("why a host could not be let in is said", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  controlPlane.join("newcomer", { state: "pending" });
  const { user } = open("/hosts", controlPlane);
  const button = await screen.findByRole("button", { name: "Approve newcomer" });
  controlPlane.hosts = [];
  await user.click(button);

  expect((await screen.findByRole("alert")).textContent).toContain("There is no host host_newcomer");
});

test("an auditor sees that a host waits and cannot let it in", async () => {
  const controlPlane = new CannedControlPlane({ signedIn: true });
  controlPlane.role = "auditor";
  controlPlane.join("newcomer", { state: "pending" });
  open("/hosts", controlPlane);

  expect(await screen.findByText("Awaits approval")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Approve newcomer" })).toBeNull();
});

test("hosts are sorted by name until another column is pressed", async () => {
  const hosts = [host("b", { addresses: ["10.42.0.9"] }), host("a", { addresses: ["10.42.0.10"] })];
  const { user } = open("/hosts", new CannedControlPlane({ hosts, signedIn: true }));
  await screen.findByText("a");
  expect(namesInOrder().slice(1)).toEqual(["a", "b"]);

  await user.click(screen.getByRole("button", { name: "Addresses" }));
  expect(namesInOrder().slice(1)).toEqual(["b", "a"]);
});

test("a search keeps the hosts that have every word of it", async () => {
  const { user } = open("/hosts", new CannedControlPlane({ hosts: fleet(), signedIn: true }));
  const search = await screen.findByRole("searchbox");
  await user.type(search, "servers light");
  expect(namesInOrder().slice(1)).toEqual(["anchor", "home-server"]);

  await user.type(search, "zzz");
  expect(screen.getByText(/No host matches/)).toBeDefined();
});

test("every page of a long list is fetched", async () => {
  const hosts = Array.from({ length: 201 }, (_, index) => host(`host-${index}`));
  open("/hosts", new CannedControlPlane({ hosts, signedIn: true }));

  expect(await screen.findByText("201 of 201 online")).toBeDefined();
});

test("when the control plane stops answering, the hosts stay with a word about it", async () => {
  const controlPlane = new CannedControlPlane({ hosts: fleet(), signedIn: true });
  const { poll } = open("/hosts", controlPlane);
  await screen.findByText("home-server");
  controlPlane.unreachable = true;
  await poll();

  expect((await screen.findByRole("alert")).textContent).toContain("The mesh carries on without it");
  expect(screen.getByText("home-server")).toBeDefined();
});
