import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { CannedControlPlane } from "../test/canned-control-plane";

const DIST = join(import.meta.dirname, "../dist");
const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Serves the built dashboard as the control plane does, with the canned API behind it. */
export async function serve(controlPlane: CannedControlPlane): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    answer(controlPlane, request, response).catch(() => {
      // An unreachable control plane says nothing at all.
      response.destroy();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(controlPlane: CannedControlPlane, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? ""}`);
  if (url.pathname.startsWith("/api/")) {
    await answerApi(controlPlane, url, request, response);
    return;
  }
  const file = extname(url.pathname) === "" ? "/index.html" : url.pathname;
  response.writeHead(200, {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Content-Security-Policy":
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  });
  response.end(await readFile(join(DIST, file)));
}

async function answerApi(
  controlPlane: CannedControlPlane,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const body = chunks.length === 0 ? null : Buffer.concat(chunks).toString();
  const answered = await controlPlane.handle(new Request(url, { method: request.method ?? "GET", body }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(await answered.text());
}
