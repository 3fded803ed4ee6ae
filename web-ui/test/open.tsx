import { render } from "@testing-library/react";
import { createMemoryHistory } from "@tanstack/react-router";
import { userEvent } from "@testing-library/user-event";
import { vi } from "vitest";
import { App, createApp } from "../src/app";
import type { CannedControlPlane } from "./canned-control-plane";

/** Opens the dashboard at the address, with the canned control plane behind it. */
export function open(address: string, controlPlane: CannedControlPlane) {
  vi.stubGlobal("fetch", controlPlane.handle);
  const app = createApp(createMemoryHistory({ initialEntries: [address] }));
  render(<App {...app} />);
  return {
    user: userEvent.setup(),
    path: () => app.router.state.location.pathname,
    /** What the timer does every few seconds. */
    poll: () => app.queryClient.refetchQueries({ queryKey: ["hosts"] }),
  };
}
