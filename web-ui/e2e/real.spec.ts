import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, look, openPage, PHONE } from "./browser";

const URL = fromRunner("PHAROS_URL");
const LINK = fromRunner("PHAROS_SIGN_IN_LINK");
const JOINING = 90_000;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

test("from the link that was printed to a host that is connected", { timeout: 2 * JOINING }, async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(LINK);
  await page.getByText("No hosts yet").waitFor();
  await look(page, "real-no-hosts");

  await page.getByRole("button", { name: "Add a host" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("rpi");
  await page.getByRole("dialog").getByLabel("Groups").first().fill("servers");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Get the join line" }).click();
  console.log(await page.getByTestId("join-line").textContent());
  await look(page, "real-join-line");
  await page.getByText(/^rpi is connected, \d/).waitFor({ timeout: JOINING });
  await look(page, "real-connected");

  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row").filter({ hasText: "rpi" });
  await row.getByText("Online").waitFor();
  await row.getByText("servers").waitFor();
  // Once it enforces what is wanted of it, the revision stands alone.
  await row.getByText(/^\d+$/).waitFor({ timeout: JOINING });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await look(page, `real-hosts-${colorScheme}`);
  }
  await page.setViewportSize(PHONE);
  await look(page, "real-hosts-phone");

  // A deep link, opened anew, is the same page; signed out, it is not.
  await page.goto(`${URL.replace(/\/$/, "")}/hosts`);
  await page.getByText("1 of 1 online").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Sign-in link").waitFor();
  await page.goto(URL);
  await page.getByLabel("Sign-in link").waitFor();
  expect(complaints).toEqual([]);
});

test("the link works once", async () => {
  const { page } = await openPage(browser);
  await page.goto(LINK);
  await page.getByText("This link does not sign in").waitFor();
  await look(page, "real-refused");
});

function fromRunner(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: start this by npm run e2e -- URL LINK`);
  }
  return value;
}
