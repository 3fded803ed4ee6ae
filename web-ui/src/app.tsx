import { MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type RouterHistory, RouterProvider } from "@tanstack/react-router";
import { isSignedOut } from "./api/client";
import { createAppRouter } from "./routes";
import { cssVariables, theme } from "./theme";

/** One running dashboard: what it has fetched and where it is. */
export function createApp(history?: RouterHistory) {
  const onError = (error: Error) => {
    if (isSignedOut(error) && router.state.location.pathname !== "/") {
      queryClient.clear();
      void router.navigate({ to: "/", search: { ended: true } });
    }
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    // What is on screen is fetched again every few seconds, which is retry enough.
    defaultOptions: { queries: { retry: false } },
  });
  const router = createAppRouter(queryClient, history);
  return { queryClient, router };
}

export function App({ queryClient, router }: ReturnType<typeof createApp>) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
