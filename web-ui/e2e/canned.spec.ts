import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CannedControlPlane } from "../test/canned-control-plane";
import { fleet } from "../test/fleet";
import { launch, look, openPage, PHONE } from "./browser";
import { serve } from "./canned-server";

let browser: Browser;
let controlPlane: CannedControlPlane;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  controlPlane = new CannedControlPlane();
  server = await serve(controlPlane);
});

afterEach(() => {
  server.close();
});

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  test("from the one-time link to a connected host", async () => {
    const { page, complaints } = await openPage(browser, { colorScheme });
    await page.goto(`${server.url}/sign-in#${controlPlane.signInToken}`);
    await page.getByText("No hosts yet").waitFor();
    expect(page.url()).toBe(`${server.url}/hosts`);
    await look(page, `no-hosts-${colorScheme}`);

    await page.getByRole("button", { name: "Add a host" }).click();
    await page.getByRole("dialog").getByLabel("Name").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("rpi");
    await page.keyboard.press("Tab");
    await page.keyboard.type("servers");
    await page.keyboard.press("Enter");
    await look(page, `add-host-${colorScheme}`);
    await page.getByRole("button", { name: "Get the join line" }).click();
    await page.getByText("Waiting for the host to join").waitFor();
    await look(page, `join-line-${colorScheme}`);

    controlPlane.join("rpi");
    await page.getByText("rpi is connected").waitFor();
    await look(page, `connected-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByText("1 of 1 online").waitFor();
    await page.getByRole("button", { name: "Add a host" }).click();
    expect(await page.getByRole("dialog").getByLabel("Name").inputValue()).toBe("");
    expect(complaints).toEqual([]);
  });

  test("the fleet, its paths, and a control plane that goes away", async () => {
    controlPlane.signedIn = true;
    controlPlane.hosts = fleet();
    const { page, complaints } = await openPage(browser, { colorScheme });
    await page.goto(server.url);
    await page.getByText("3 of 6 online").waitFor();
    await look(page, `hosts-${colorScheme}`);

    controlPlane.join("newcomer", { state: "pending" });
    await page.getByText("Awaits approval").waitFor();
    await look(page, `approval-${colorScheme}`);
    await page.getByRole("button", { name: "Approve newcomer" }).click();
    await page.getByText("4 of 7 online").waitFor();

    await page.getByRole("button", { name: /Paths of rpi/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("through anchor").waitFor();
    await look(page, `paths-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByText("through anchor").waitFor({ state: "hidden" });

    controlPlane.unreachable = true;
    await page.getByText("The control plane is not answering").waitFor();
    await look(page, `unreachable-${colorScheme}`);
    controlPlane.unreachable = false;
    await page.getByText("The control plane is not answering").waitFor({ state: "hidden" });
    expect(complaints).toEqual([]);
  });

  test("on a phone", async () => {
    controlPlane.hosts = fleet();
    const { page, complaints } = await openPage(browser, { colorScheme, viewport: PHONE });
    await page.goto(`${server.url}/sign-in#used-before-by-somebody`);
    await page.getByText("This link does not sign in").waitFor();
    await look(page, `phone-refused-${colorScheme}`);

    await page.getByLabel("Sign-in link").fill(controlPlane.signInToken);
    await page.keyboard.press("Enter");
    await page.getByText("3 of 6 online").waitFor();
    await look(page, `phone-hosts-${colorScheme}`);
    await page.getByRole("button", { name: "Add a host" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("camera");
    await look(page, `phone-add-host-${colorScheme}`);
    await page.getByRole("button", { name: "Get the join line" }).click();
    await page.getByText("Waiting for the host to join").waitFor();
    await look(page, `phone-join-line-${colorScheme}`);
    expect(complaints).toEqual([]);
  });
});
