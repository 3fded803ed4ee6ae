import type { EnrollmentToken, Host, NewEnrollmentToken, NewSession, Session } from "../src/api/client";
import { host } from "./fleet";

/** As much of the control plane as the dashboard talks to, in memory: one person, one link, any hosts. */
export class CannedControlPlane {
  readonly signInToken = "Zk3uJ0v5Qm8yR1tX7aBcDeFgHiJkLmNo";
  hosts: Host[] = [];
  signedIn = false;
  role: Session["role"] = "owner";
  /** While true, nothing is answered, as when the machine is off. */
  unreachable = false;
  readonly tokensAskedFor: NewEnrollmentToken[] = [];
  password: string | undefined;
  private linkUsed = false;

  constructor({ hosts = [] as Host[], signedIn = false } = {}) {
    this.hosts = hosts;
    this.signedIn = signedIn;
  }

  readonly handle = async (request: Request): Promise<Response> => {
    if (this.unreachable) {
      throw new TypeError("Failed to fetch");
    }
    const { pathname } = new URL(request.url);
    const waiting = /^\/api\/v1\/hosts\/([^/]+)\/approve$/.exec(pathname)?.[1];
    if (request.method === "POST" && waiting !== undefined) {
      return this.approve(waiting);
    }
    switch (`${request.method} ${pathname}`) {
      case "GET /api/v1/session":
        return this.signedIn ? this.session() : problem(401, "Sign in first");
      case "POST /api/v1/session":
        return this.signIn((await request.json()) as NewSession);
      case "PUT /api/v1/session/password":
        return this.setPassword((await request.json()) as { password: string });
      case "DELETE /api/v1/session":
        this.signedIn = false;
        return new Response(null, { status: 204 });
      case "GET /api/v1/hosts":
        return this.signedIn ? this.page(new URL(request.url)) : problem(401, "Sign in first");
      case "POST /api/v1/enrollment-tokens":
        return this.createToken((await request.json()) as NewEnrollmentToken);
      default:
        return problem(404, `There is no ${pathname}`);
    }
  };

  /** What happens when a machine runs the join line. */
  join(name: string, but: Partial<Host> = {}): void {
    this.hosts = [...this.hosts, host(name, { addresses: ["10.42.0.30"], ...but })];
  }

  private approve(id: string): Response {
    const waiting = this.hosts.find((known) => known.id === id && known.state === "pending");
    if (waiting === undefined) {
      return problem(404, `There is no host ${id}`);
    }
    waiting.state = "online";
    return Response.json(waiting);
  }

  private session(): Response {
    return Response.json({ actor: "owner", role: this.role, hasPassword: this.password !== undefined });
  }

  private signIn({ link, name, password }: NewSession): Response {
    const byLink = link === this.signInToken && !this.linkUsed;
    const byPassword = name === "owner" && this.password !== undefined && password === this.password;
    if (!byLink && !byPassword) {
      return problem(401, "There is nobody of that name with that password");
    }
    this.linkUsed ||= byLink;
    this.signedIn = true;
    return this.session();
  }

  private setPassword({ password }: { password: string }): Response {
    if (password.length < 12) {
      const errors = [{ field: "password", message: "must have 12 to 200 characters" }];
      return problem(422, "The password is too short", errors);
    }
    this.password = password;
    return new Response(null, { status: 204 });
  }

  private page(url: URL): Response {
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const to = from + Number(url.searchParams.get("limit") ?? 50);
    return Response.json({
      items: this.hosts.slice(from, to),
      nextCursor: to < this.hosts.length ? String(to) : null,
    });
  }

  private createToken(asked: NewEnrollmentToken): Response {
    this.tokensAskedFor.push(asked);
    if (this.hosts.some((known) => known.name === asked.host?.name)) {
      const errors = [{ field: "host.name", message: `There is a host called ${asked.name} already` }];
      return problem(422, "The token cannot be made", errors);
    }
    const token = `pharos-join-${"eyJ2IjoxLCJ1cmxzIjpbImh0dHBzOi8v".repeat(9)}`;
    const created: EnrollmentToken = {
      id: "tok_1",
      name: asked.name,
      uses: 0,
      maxUses: asked.maxUses ?? 1,
      expiresAt: "2026-12-24T18:00:00Z",
      groups: asked.groups ?? [],
      networkId: "net_1",
      ephemeral: false,
      approval: asked.approval ?? false,
      createdAt: new Date().toISOString(),
      token,
      joinCommand: `pharos-agent up --token ${token}`,
    };
    return Response.json(created, { status: 201 });
  }
}

function problem(status: number, title: string, errors: { field: string; message: string }[] = []): Response {
  return Response.json(
    { type: "about:blank", title, status, requestId: "req_1", errors },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}
