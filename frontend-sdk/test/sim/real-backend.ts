// A real server behind the simulated network. Each simulation signs in as a new user, so that simulations can share a
// server one after the other.

import { Agent, request } from "node:http";
import type { JsonObject } from "./json";
import type { Answer, ArrivedRequest } from "./model/server";
import type { Backend } from "./simulation/network";
import { fromText, toText } from "./wire";

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

export class RealBackend implements Backend {
  readonly email: string;
  readonly #base: string;
  readonly #tokens = new Set<string>();

  constructor(base: string, seed: number) {
    this.#base = base;
    // The email is new even for a repeated seed.
    this.email = `sim-${seed}-${process.pid}-${Date.now()}@example.org`;
  }

  async answer(arrived: ArrivedRequest): Promise<Answer> {
    const answer = await this.#ask(arrived);
    const { token } = (answer.body ?? {}) as JsonObject;
    if (arrived.path === "/api/auth/sign-out") return { ...answer, setToken: null };
    if (arrived.path !== "/api/auth/dev/sign-in" || typeof token !== "string") return answer;
    this.#tokens.add(token);
    return { ...answer, setToken: token };
  }

  /** Ends every session that this backend started. */
  async revokeAll(): Promise<void> {
    const place = { method: "POST", path: "/api/auth/sign-out", query: new URLSearchParams(), body: {} };
    for (const token of this.#tokens) await this.#ask({ ...place, token, expectedUser: null, ifNoneMatch: null });
    this.#tokens.clear();
  }

  /** Closes kept connections before the server stops. The next request on such a connection would fail. */
  forgetConnections(): void {
    agent.destroy();
  }

  #ask({ method, path, query, body, token, expectedUser, ifNoneMatch }: ArrivedRequest): Promise<Answer> {
    const text = body === null ? "" : toText(body);
    const headers = {
      ...(text && { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
      // The token replaces the cookie of a browser.
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(expectedUser !== null && { "x-landfall-user": expectedUser }),
      ...(ifNoneMatch !== null && { "if-none-match": ifNoneMatch }),
    };
    const address = `${this.#base}${path}${query.size > 0 ? `?${query}` : ""}`;
    return new Promise((resolve, reject) => {
      const asked = request(address, { method, headers, agent }, (response) => {
        let said = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          said += part;
        });
        response.on("error", reject).on("end", () => {
          const kept = ["content-type", "etag", "retry-after"].flatMap((name) => {
            const value = response.headers[name];
            return typeof value === "string" ? [[name, value] as const] : [];
          });
          const json = said ? fromText(said) : null;
          resolve({ status: response.statusCode ?? 0, body: json, headers: Object.fromEntries(kept) });
        });
      });
      asked.on("error", reject).end(text);
    });
  }
}
