// The development sign-in, and what becomes of its session. Loaded on demand.

import { LandfallError } from "../errors";
import type { DevSignInData, GetSessionData, SignedIn } from "../generated/types.gen";
import type { Http } from "../http/client";
import { errorOf } from "../http/error-of";
import type { Outcome } from "../http/outcome";
import type { TabLock } from "../sync/tab-locks";
import type { User } from "../types/auth";
import type { LandfallOptions } from "../types/options";
import { newId } from "../util/ids";
import { type Memory, SIGNED_OUT } from "./memory";

interface Parts {
  http: Http;
  identity: TabLock;
  options: Pick<LandfallOptions, "baseUrl" | "sessionToken">;
}

/** What the sign-in changes, under the lock for the user's cookie. */
interface Session {
  memory(): Promise<Memory>;
  store(before: Memory, auth: Memory): Promise<void>;
  signedIn(user: User, before: Memory): Promise<void>;
  show(auth: Memory): void;
  report(outcome: Outcome<unknown>): void;
}

/** Signs in on a development server. Throws OfflineError, or LandfallError with the server's code or `session_not_kept`. */
export async function devSignIn(parts: Parts, input: DevSignInData["body"], session: Session): Promise<User> {
  return parts.identity.exclusive(async () => {
    const before = await session.memory();
    const changesUser = before.user !== null && before.user.email !== input.email;
    // If this tab ends between the server's answer and the write below, no tab may send in the old user's name with the new cookie.
    if (changesUser) await session.store(before, SIGNED_OUT);
    const known = changesUser ? SIGNED_OUT : before;
    const { outcome, error } = await request(parts, input);
    session.report(outcome);
    if (outcome.kind === "ok" && !error) {
      await session.signedIn(outcome.data.user, known);
      return outcome.data.user;
    }
    // A lost answer may have changed the cookie: all tabs ask the server again before they continue in the old name.
    if (changesUser) {
      const auth = { ...before, stamp: newId() };
      await session.store(known, auth);
      session.show(auth);
    }
    throw error;
  });
}

/** `error`: why no user is signed in; `null` otherwise. */
async function request(
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
async function keepSession(
  { http, options: { baseUrl, sessionToken } }: Pick<Parts, "http" | "options">,
  token: string,
): Promise<Error | null> {
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
