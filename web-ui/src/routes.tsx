import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";
import { isSignedOut } from "./api/client";
import { HostsPage } from "./hosts/hosts-page";
import { sessionQuery, signIn } from "./session/session";
import { Failure } from "./shell/failure";
import { NoSuchPage } from "./shell/no-such-page";
import { Shell } from "./shell/shell";
import { secretOf } from "./sign-in/one-time-link";
import { SignInPage, SigningIn } from "./sign-in/sign-in-page";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NoSuchPage,
  errorComponent: Failure,
});

async function enter(secret: string, queryClient: QueryClient): Promise<{ refusal: Error }> {
  try {
    await signIn(secret);
  } catch (error) {
    return { refusal: error as Error };
  }
  queryClient.clear();
  throw redirect({ to: "/hosts", replace: true });
}

/** Opened by the one-time link, it signs in by itself; opened without, it asks for the link. */
const signInRoute = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { ended?: true } => (search.ended === true ? { ended: true } : {}),
  loader: ({ location, context }) => {
    const secret = secretOf(`#${location.hash}`);
    return secret === undefined ? {} : enter(secret, context.queryClient);
  },
  gcTime: 0,
  pendingMs: 200,
  pendingComponent: SigningIn,
  component: () => <SignInPage {...signInRoute.useLoaderData()} {...signInRoute.useSearch()} />,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context }) => {
    try {
      await context.queryClient.query({ ...sessionQuery, staleTime: "static" });
    } catch (error) {
      throw isSignedOut(error) ? redirect({ to: "/sign-in", replace: true }) : error;
    }
  },
  component: Shell,
});

const hostsRoute = createRoute({
  getParentRoute: () => signedIn,
  path: "/hosts",
  component: HostsPage,
});

const indexRoute = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/hosts", replace: true });
  },
});

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([signInRoute, signedIn.addChildren([hostsRoute]), indexRoute]),
    context: { queryClient },
    ...(history === undefined ? {} : { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
