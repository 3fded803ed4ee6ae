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
import { type Arrival, SignInPage } from "./sign-in/sign-in-page";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NoSuchPage,
  errorComponent: Failure,
});

/** Where everybody arrives: whoever is signed in goes on, whoever is not is told how to. */
const arrivalRoute = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search): Arrival => ({
    ...(search["sign-in"] === "refused" ? { "sign-in": "refused" } : {}),
    ...(search.ended === true ? { ended: true } : {}),
  }),
  beforeLoad: async ({ context, search }) => {
    if (search.ended !== true && (await isSignedIn(context.queryClient))) {
      throw redirect({ to: "/hosts", replace: true });
    }
  },
  component: () => <SignInPage {...arrivalRoute.useSearch()} />,
});

/** A one-time link: its secret is in the fragment, which no browser sends by itself. */
const linkRoute = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  beforeLoad: async ({ context, location }) => {
    const secret = secretOf(location.hash);
    if (secret === undefined || !(await opens(secret, context.queryClient))) {
      throw redirect({ to: "/", search: { "sign-in": "refused" }, replace: true });
    }
    throw redirect({ to: "/hosts", replace: true });
  },
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context }) => {
    if (!(await isSignedIn(context.queryClient))) {
      throw redirect({ to: "/", replace: true });
    }
  },
  component: Shell,
});

const hostsRoute = createRoute({
  getParentRoute: () => signedIn,
  path: "/hosts",
  component: HostsPage,
});

async function opens(link: string, queryClient: QueryClient): Promise<boolean> {
  try {
    queryClient.setQueryData(sessionQuery.queryKey, await signIn({ link }));
    return true;
  } catch (error) {
    if (isSignedOut(error)) {
      return false;
    }
    throw error;
  }
}

async function isSignedIn(queryClient: QueryClient): Promise<boolean> {
  try {
    await queryClient.query({ ...sessionQuery, staleTime: "static" });
    return true;
  } catch (error) {
    if (isSignedOut(error)) {
      return false;
    }
    throw error;
  }
}

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([arrivalRoute, linkRoute, signedIn.addChildren([hostsRoute])]),
    context: { queryClient },
    ...(history === undefined ? {} : { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
