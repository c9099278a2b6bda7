// The development sign-in, and what becomes of its session. Loaded on demand.

import { LandfallError } from "../errors";
import type { DevSignInData, GetSessionData, SignedIn } from "../generated/types.gen";
import type { Http } from "../http/client";
import { errorOf } from "../http/error-of";
import type { Outcome } from "../http/outcome";
import type { LandfallOptions } from "../types/options";

interface Parts {
  http: Http;
  options: Pick<LandfallOptions, "baseUrl" | "sessionToken">;
}

/** Signs in on a development server. `error`: why no user is signed in; `null` otherwise. */
export async function devSignIn(
  parts: Parts,
  body: DevSignInData["body"],
): Promise<{ outcome: Outcome<SignedIn>; error: Error | null }> {
  const url: DevSignInData["url"] = "/api/auth/dev/sign-in";
  const accepts = (data: unknown): data is SignedIn =>
    typeof data === "object" && data !== null && "user" in data && "token" in data;
  const outcome = await parts.http.call({ method: "POST", url, body }, { accepts });
  return {
    outcome,
    error: outcome.kind === "ok" ? await keepSession(parts, outcome.data.token) : errorOf(outcome),
  };
}

/**
 * In token mode stores the token. Otherwise finds out whether the browser kept the cookie: it silently drops one of another site, or where cookies are
 * blocked. Resolves to the reason why the session is lost, or to `null`.
 */
async function keepSession({ http, options: { baseUrl, sessionToken } }: Parts, token: string): Promise<Error | null> {
  if (sessionToken) {
    await sessionToken.set(token);
    return null;
  }
  const notKept = (why: string) =>
    new LandfallError("session_not_kept", `The sign-in is lost with the next request. ${why}`);
  if (typeof location === "undefined") return null;
  const server = new URL(baseUrl || "/", location.href);
  if (server.origin === location.origin) {
    return navigator.cookieEnabled ? null : notKept("The browser blocks its cookies.");
  }
  const url: GetSessionData["url"] = "/api/auth/get-session";
  const accepts = (data: unknown): data is object | null => typeof data === "object";
  const outcome = await http.call({ method: "GET", url }, { accepts });
  // Without an answer nothing is known, and the next request tells.
  if (outcome.kind !== "ok" || outcome.data) return null;
  return notKept(
    server.hostname === location.hostname
      ? "The browser blocks the server's cookies."
      : `This page is on ${location.hostname} and the server on ${server.hostname}: the browser keeps no cookies of other sites. Serve both from one site, or use the option \`sessionToken\`.`,
  );
}
