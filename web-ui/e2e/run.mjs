// npm run e2e -- URL LINK: the whole story against a control plane that has no hosts yet. It prints the line that makes
// a machine join, and waits for somebody to run it.
import { join } from "node:path";
import process from "node:process";
import { startVitest } from "vitest/node";

const [url, link] = process.argv.slice(2);
if (url === undefined || link === undefined) {
  process.stderr.write(
    "Usage: npm run e2e -- URL LINK    the dashboard's address, and a sign-in link that was not used yet\n",
  );
  process.exit(2);
}
process.env.PHAROS_URL = url;
process.env.PHAROS_SIGN_IN_LINK = link;
const vitest = await startVitest("test", ["real.spec.ts"], {
  config: join(import.meta.dirname, "vitest.config.ts"),
  watch: false,
});
await vitest.close();
