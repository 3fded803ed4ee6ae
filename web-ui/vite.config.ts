import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with live reload in front of a control plane that runs on this machine.
const controlPlane = process.env.PHAROS_DEV_SERVER ?? "https://localhost:8443";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2023", assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/api": { target: controlPlane, secure: false } } },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "https://pharos.test:8443/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
