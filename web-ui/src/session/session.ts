import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf, type NewSession, type Session } from "../api/client";

/** Who is signed in; fails with 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => bodyOf(api.GET("/api/v1/session")),
  staleTime: Infinity,
});

/** Fails with 401 when the link or the password is not right, with 429 after too many of them. */
export async function signIn(credentials: NewSession): Promise<Session> {
  return bodyOf(api.POST("/api/v1/session", { body: credentials }));
}

export async function signOut(): Promise<void> {
  await bodyOf(api.DELETE("/api/v1/session"));
}

export async function setPassword(password: string): Promise<void> {
  await bodyOf(api.PUT("/api/v1/session/password", { body: { password } }));
}
