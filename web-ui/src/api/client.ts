import createClient from "openapi-fetch";
import type { components, paths } from "#api/schema";

export type Host = components["schemas"]["Host"];
export type Peer = components["schemas"]["Peer"];
export type NewEnrollmentToken = components["schemas"]["NewEnrollmentToken"];
export type EnrollmentToken = components["schemas"]["EnrollmentToken"];
export type NewSession = components["schemas"]["NewSession"];
export type Session = components["schemas"]["Session"];
type Problem = components["schemas"]["Problem"];

/** The control plane's REST interface, typed by its OpenAPI document. The browser adds the session's cookie. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

/** The control plane answered, and the answer was no. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** What was wrong with each field of what was sent. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The control plane answered ${status}.`);
    this.status = status;
    this.fields = Object.fromEntries((problem.errors ?? []).map((error) => [error.field, error.message]));
  }
}

/** Nobody is signed in, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

interface Outcome<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of a good answer. Throws ApiError for any other, and TypeError when there was no answer at all. */
export async function bodyOf<Body>(call: Promise<Outcome<Body>>): Promise<Body> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new ApiError(response.status, isProblem(error) ? error : {});
  }
  return data as Body;
}

// A proxy in front of the control plane may answer in its place, with a page or with nothing.
function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === "object" && body !== null && "title" in body;
}
