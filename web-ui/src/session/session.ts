import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "../api/client";

/** Who is signed in; fails with 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => bodyOf(api.GET("/api/v1/session")),
  staleTime: Infinity,
});

/** Trades the secret of a one-time link for a session cookie. The secret is used up even if the answer is lost. */
export async function signIn(signInToken: string): Promise<void> {
  await bodyOf(api.POST("/api/v1/session", { body: { signInToken } }));
}

export async function signOut(): Promise<void> {
  await bodyOf(api.DELETE("/api/v1/session"));
}
