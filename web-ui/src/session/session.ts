import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "../api/client";

/** Who is signed in; fails with 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => bodyOf(api.GET("/api/v1/session")),
  staleTime: Infinity,
});

export async function signOut(): Promise<void> {
  await bodyOf(api.DELETE("/api/v1/session"));
}
