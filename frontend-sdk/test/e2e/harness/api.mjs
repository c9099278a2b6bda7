// A client of the server's API that is not a browser. It sends plain requests with a bearer token.

import assert from "node:assert/strict";

export class Api {
  #url;
  #token;

  /** @param {import("./server.mjs").Server} server @param {string} token */
  constructor(server, token) {
    this.#url = server.url;
    this.#token = token;
  }

  /** @param {import("./server.mjs").Server} server @param {string} email */
  static async signIn(server, email) {
    const { token } = await new Api(server, "").send("POST", "/api/auth/dev/sign-in", { email });
    return new Api(server, token);
  }

  get token() {
    return this.#token;
  }

  /**
   * Sends a request and returns the body of the answer. Fails if the status is not 2xx.
   * @param {string} method @param {string} path @param {unknown} [body]
   */
  async send(method, path, body) {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { "content-type": "application/json", ...(this.#token && { authorization: `Bearer ${this.#token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }
}
