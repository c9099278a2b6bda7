// Applications whose browser keeps no cookie of the server: what is said without token mode, and token mode itself.

import { afterEach, expect, test, vi } from "vitest";
import { createLandfall } from "../../src";
import type { LandfallOptions } from "../../src/types/options";
import { EMAIL, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const SERVER = "http://landfall.test";

afterEach(() => vi.unstubAllGlobals());

/** Requests that a browser sent, as the server saw them. */
interface Seen {
  path: string;
  authorization: string | null;
  credentials: string;
  user: string | null;
  body: unknown;
}

/** A browser that keeps no cookie. A bearer token counts instead. `more` answers paths that the model of the server doesn't know. */
function withoutCookies(env: TestEnvironment, more: (seen: Seen) => object | null = () => null) {
  const seen: Seen[] = [];
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const authorization = request.headers.get("authorization");
    const { pathname } = new URL(request.url);
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : null;
    const user = request.headers.get("x-landfall-user");
    const one = { path: pathname, authorization, credentials: request.credentials, user, body };
    seen.push(one);
    const answer = more(one);
    if (answer) return Response.json(answer);
    return env.server.fetchFor({ token: authorization?.replace("Bearer ", "") ?? null })(input, init);
  };
  return { seen, send };
}

function client(env: TestEnvironment, options: Partial<LandfallOptions>) {
  const { storage } = env.browser();
  const landfall = createLandfall({ baseUrl: SERVER, name: env.appName, clock: env.clock, storage, ...options });
  return landfall;
}

/** A store as an application writes one. */
function tokenStore() {
  let token: string | null = null;
  return {
    get: () => Promise.resolve(token),
    set: (next: string | null) => {
      token = next;
    },
  };
}

test("a sign-in whose cookie the browser drops is refused with the reason", async () => {
  const env = new TestEnvironment();
  vi.stubGlobal("location", new URL("https://app.other.example/"));
  const landfall = client(env, { fetch: withoutCookies(env).send });
  const refused = await landfall.auth.devSignIn({ email: EMAIL }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "session_not_kept", message: expect.stringContaining("app.other.example") });
  expect(landfall.auth.session.get()).toMatchObject({ status: "signed-out", user: null });
  await landfall.close();
});

test("a sign-in where the browser blocks all cookies is refused with the reason", async () => {
  const env = new TestEnvironment();
  vi.stubGlobal("location", new URL(`${SERVER}/notes`));
  vi.stubGlobal("navigator", { cookieEnabled: false, onLine: true });
  const landfall = client(env, { fetch: withoutCookies(env).send });
  await expect(landfall.auth.devSignIn({ email: EMAIL })).rejects.toMatchObject({ code: "session_not_kept" });
  await landfall.close();
});

test("in token mode every request carries the token and no cookie, until the sign-out", async () => {
  const env = new TestEnvironment();
  vi.stubGlobal("location", new URL("https://app.other.example/"));
  const { seen, send } = withoutCookies(env);
  const sessionToken = tokenStore();
  const landfall = client(env, { fetch: send, sessionToken });
  await landfall.auth.devSignIn({ email: EMAIL });
  const token = await sessionToken.get();
  expect(token).toMatch(/^token-/);
  const session = await landfall.chat.createSession({ title: "Harbour" });
  await env.clock.advanceUntil(() => env.server.liveSessionsOf(EMAIL).length === 1, "the session to be sent");
  expect(env.server.liveSessionsOf(EMAIL)[0]?.title).toBe(session.title);
  const later = seen.slice(seen.findIndex(({ path }) => path.endsWith("/dev/sign-in")) + 1);
  const ofUser = later.filter(({ path }) => path.startsWith("/api/"));
  expect(ofUser.length).toBeGreaterThan(1);
  expect(ofUser.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  expect(seen.every(({ credentials }) => credentials === "omit")).toBe(true);
  await landfall.auth.signOut();
  expect(await sessionToken.get()).toBeNull();
  await landfall.close();
});

test("a sign-in at a provider in token mode ends with a code that only this device can use", async () => {
  const env = new TestEnvironment();
  const opened: string[] = [];
  const answers = (seen: Seen): object | null => {
    if (seen.path === "/api/auth/sign-in/social") return { url: "https://provider.example/authorize", redirect: true };
    if (seen.path === "/api/auth/sign-in/code") return { token: "from-code", user: env.server.account(EMAIL).user };
    return null;
  };
  const { seen, send } = withoutCookies(env, answers);
  const sessionToken = tokenStore();
  const landfall = client(env, { fetch: send, sessionToken });
  await landfall.start();
  const callbackURL = "capacitor://localhost/";
  await landfall.auth.signIn("google", { callbackURL, open: (url) => void opened.push(url) });
  expect(opened).toEqual(["https://provider.example/authorize"]);
  expect(await landfall.auth.finishSignIn(callbackURL)).toBeNull();
  const user = await landfall.auth.finishSignIn(`${callbackURL}?sign_in_code=abc`);
  expect(user?.email).toBe(EMAIL);
  expect(landfall.auth.session.get()).toMatchObject({ status: "signed-in", user: { email: EMAIL } });
  expect(await sessionToken.get()).toBe("from-code");
  const bodyOf = (path: string) => seen.find((one) => one.path === path)?.body as Record<string, string>;
  const { codeChallenge } = bodyOf("/api/auth/sign-in/social");
  const { code, codeVerifier } = bodyOf("/api/auth/sign-in/code");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  expect([code, codeChallenge]).toEqual(["abc", Buffer.from(hash).toString("base64url")]);
  // The secret is used up.
  await expect(landfall.auth.finishSignIn(`${callbackURL}?sign_in_code=abc`)).rejects.toMatchObject({
    code: "sign_in_not_begun",
  });
  await landfall.close();
});

test("token() is one request for concurrent calls, and is renewed a minute before its end", async () => {
  const env = new TestEnvironment();
  let issued = 0;
  const answers = ({ path }: Seen): object | null => {
    if (path !== "/api/auth/token") return null;
    issued += 1;
    // The server's clock is of another year.
    const payload = Buffer.from(JSON.stringify({ iat: 1_000_000, exp: 1_000_600, n: issued })).toString("base64url");
    return { token: `header.${payload}.signature` };
  };
  const { seen, send } = withoutCookies(env, answers);
  const landfall = client(env, { fetch: send, sessionToken: tokenStore() });
  await expect(landfall.auth.token()).rejects.toMatchObject({ code: "not_signed_in" });
  await landfall.auth.devSignIn({ email: EMAIL });
  const all = await Promise.all([landfall.auth.token(), landfall.auth.token(), landfall.auth.token()]);
  expect([new Set(all).size, issued]).toEqual([1, 1]);
  const user = env.server.account(EMAIL).user.id;
  expect(seen.filter(({ path }) => path === "/api/auth/token").map((one) => one.user)).toEqual([user]);
  await env.clock.advance(500_000);
  expect(await landfall.auth.token()).toBe(all[0]);
  await env.clock.advance(41_000);
  expect(await landfall.auth.token()).not.toBe(all[0]);
  expect(issued).toBe(2);
  // Another user gets a token of their own.
  await landfall.auth.devSignIn({ email: "bob@example.org" });
  await until(() => landfall.auth.session.get().user?.email === "bob@example.org", "Bob");
  await landfall.auth.token();
  expect(issued).toBe(3);
  await landfall.close();
});
