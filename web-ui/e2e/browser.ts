import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = process.env.PHAROS_SCREENSHOTS ?? join(import.meta.dirname, "../target/screenshots");

export const DESKTOP = { width: 1200, height: 800 };
export const PHONE = { width: 375, height: 740 };

/** The distribution's Chromium, kept from looking for anything on the network but the page under test. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.PHAROS_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error(
      `No Chromium at ${PLACES.join(", ")}: install Debian's package chromium, or set PHAROS_CHROMIUM`,
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a page that fails the test by what it breaks: an uncaught error, or something the content policy stopped. */
export async function openPage(
  browser: Browser,
  options: { viewport?: typeof PHONE; colorScheme?: "light" | "dark" } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: DESKTOP,
    reducedMotion: "reduce",
    // A control plane starts with a certificate of its own; what pins it is the token, not the browser.
    ignoreHTTPSErrors: true,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  return { page, complaints };
}

interface AxeRun {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** Takes a picture and expects nothing that WCAG 2.0 to 2.2, A and AA, finds fault with. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const fullPage = (await page.getByRole("dialog").count()) === 0;
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
  // Evaluated by the debugger, as the page's content policy would not let a script of ours in.
  await page.evaluate(AXE);
  const run = await page.evaluate<AxeRun>(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`,
  );
  const found = run.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ""}`),
  );
  expect(found, name).toEqual([]);
  const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
  expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}
