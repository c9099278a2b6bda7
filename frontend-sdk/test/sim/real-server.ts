// A real server with its own database for the differential test. Requests carry a token.

import { Server } from "../e2e/harness/server.mjs";
import type { Json, JsonObject } from "./json";

export class RealServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = server.url;
  }

  static async start(): Promise<RealServer> {
    return new RealServer(await Server.start({ demo: false }));
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  async signIn(email: string): Promise<{ token: string; userId: string }> {
    const { status, body } = await this.ask(null, "POST", "/api/auth/dev/sign-in", { email });
    if (status !== 200) throw new Error(`sign-in was answered ${status}: ${JSON.stringify(body)}`);
    const { token, user } = body as { token: string; user: { id: string } };
    return { token, userId: user.id };
  }

  async ask(
    token: string | null,
    method: string,
    path: string,
    body?: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Json; headers: Headers }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? (JSON.parse(text) as Json) : null, headers: response.headers };
  }
}
