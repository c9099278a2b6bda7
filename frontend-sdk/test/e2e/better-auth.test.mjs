// The stock client of Better Auth, unchanged, in a real browser against this server.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { answerProvider, signedInUser, useOpenIdEnvironment } from "./harness/openid-environment.mjs";
import { buildScript } from "./harness/page-script.mjs";
import { LIMIT } from "./harness/test-environment.mjs";
import { until } from "./harness/until.mjs";

const env = useOpenIdEnvironment();
let script = "";

before(async () => {
  // Sets `window.auth`.
  script = await buildScript("better-auth-page.mjs", { "process.env.NODE_ENV": '"production"' });
});

/** Opens a new browser with the client in every page. */
async function browser() {
  const device = await env.device();
  await device.context.addInitScript({ content: script });
  const { page } = await device.tab();
  return { device, page };
}

/**
 * Calls a method of the client in the page by its path. Returns `{ data, error }`.
 * @param {import("playwright-core").Page} page @param {string} method @param {unknown} [input]
 */
async function call(page, method, input) {
  return page.evaluate(
    async ([method, input]) => {
      const client = /** @type {any} */ (window).auth;
      const found = /** @type {string} */ (method).split(".").reduce((part, name) => part[name], client);
      const { data, error } = await (input === undefined ? found() : found(input));
      return { data, error };
    },
    /** @type {[string, unknown]} */ ([method, input]),
  );
}

/** Calls a method of the client and asserts that it succeeds. Returns its data. @param {import("playwright-core").Page} page @param {string} method @param {unknown} [input] */
async function succeed(page, method, input) {
  const { data, error } = await call(page, method, input);
  assert.equal(error, null, `${method}: ${JSON.stringify(error)}`);
  return data;
}

/** Starts a redirect to the provider through the client, and answers the provider. @param {import("playwright-core").Page} page @param {string} method @param {string} provider @param {string} who */
async function throughProvider(page, method, provider, who) {
  const input = {
    provider,
    callbackURL: "/?came=back",
    newUserCallbackURL: "/?came=new",
    errorCallbackURL: "/?came=not",
  };
  await page.context().clearCookies({ domain: "127.0.0.1" });
  // An earlier redirect back may not have arrived, and a call that it cuts off starts no navigation.
  await page.waitForFunction(
    (origin) => location.origin === origin && document.readyState === "complete",
    env.server.url,
  );
  // The navigation may start before the call is answered.
  await call(page, method, input).catch(() => null);
  await page.locator('input[name="who"]').waitFor();
  return answerProvider(page, who);
}

test("signs in, returns the session, changes the name and signs out", LIMIT, async () => {
  const { page } = await browser();
  assert.equal(await succeed(page, "getSession"), null);
  assert.equal((await throughProvider(page, "signIn.social", "google", "b-1/better@harbour.example")).came, "new");
  const { user, session } = await succeed(page, "getSession");
  assert.deepEqual([user.email, user.name, session.userId], ["better@harbour.example", "b-1 of the harbour", user.id]);

  // The store behind useSession follows the client.
  await page.evaluate(() => {
    const shown = /** @type {any} */ (window);
    shown.seen = [];
    shown.auth.useSession.subscribe((/** @type {any} */ state) => shown.seen.push(state.data?.user?.name ?? null));
  });
  const seen = () => page.evaluate(() => /** @type {any} */ (window).seen.at(-1));
  await until("the session is shown", async () => (await seen()) === "b-1 of the harbour");
  assert.deepEqual(await succeed(page, "updateUser", { name: "Better" }), { status: true });
  await until("the new name is shown", async () => (await seen()) === "Better");
  const refused = await call(page, "updateUser", { name: "" });
  assert.deepEqual([refused.error.status, refused.error.code], [422, "validation_failed"]);
  assert.match(refused.error.message, /name/);

  assert.deepEqual(await succeed(page, "signOut"), { success: true });
  await until("no user is shown", async () => (await seen()) === null);
  assert.equal(await succeed(page, "getSession"), null);
  const signedOut = await call(page, "listSessions");
  assert.deepEqual([signedOut.error.status, signedOut.error.code], [401, "unauthenticated"]);
});

test("lists sessions and revokes one, the others, and all", LIMIT, async () => {
  const pages = [];
  for (let index = 0; index < 3; index += 1) {
    const { page } = await browser();
    await throughProvider(page, "signIn.social", "google", "b-2/devices@harbour.example");
    pages.push(page);
  }
  const [first, second, third] = pages;
  assert.ok(first && second && third);
  assert.equal((await succeed(first, "listSessions")).length, 3);
  const mine = (await succeed(second, "getSession")).session.token;
  assert.deepEqual(await succeed(first, "revokeSession", { token: mine }), { status: true });
  assert.deepEqual([await signedInUser(second), (await succeed(first, "listSessions")).length], [null, 2]);
  assert.deepEqual(await succeed(first, "revokeOtherSessions"), { status: true });
  assert.equal(await signedInUser(third), null);
  assert.notEqual(await signedInUser(first), null);
  assert.deepEqual(await succeed(first, "revokeSessions"), { status: true });
  assert.equal(await signedInUser(first), null);
});

test("links and unlinks accounts, and never unlinks the last", LIMIT, async () => {
  const { page } = await browser();
  await throughProvider(page, "signIn.social", "google", "b-3/links@harbour.example");
  assert.equal((await throughProvider(page, "linkSocial", "oidc", "b-4/other@harbour.example")).came, "back");
  const accounts = await succeed(page, "listAccounts");
  assert.deepEqual(
    accounts.map((/** @type {any} */ account) => [
      account.providerId,
      account.accountId,
      account.scopes.includes("email"),
    ]),
    [
      ["google", "b-3", true],
      ["oidc", "b-4", true],
    ],
  );
  assert.deepEqual(await succeed(page, "unlinkAccount", { accountId: accounts[0].id }), { status: true });
  const last = await call(page, "unlinkAccount", { accountId: accounts[1].id });
  assert.deepEqual([last.error.status, last.error.code], [409, "last_account"]);
  // A sign-in with the unlinked account creates a new user.
  const { page: other } = await browser();
  assert.equal((await throughProvider(other, "signIn.social", "google", "b-3/new@harbour.example")).came, "new");
});

test("deletes the user, whose sessions end on every device", LIMIT, async () => {
  const { page } = await browser();
  const { page: other } = await browser();
  for (const device of [page, other])
    await throughProvider(device, "signIn.social", "google", "b-5/gone@harbour.example");
  assert.deepEqual(await succeed(page, "deleteUser"), { success: true, message: "User deleted" });
  assert.deepEqual([await signedInUser(page), await signedInUser(other)], [null, null]);
  assert.deepEqual(await env.db.query("SELECT 1 FROM \"user\" WHERE email = 'gone@harbour.example'"), []);
  assert.equal((await throughProvider(page, "signIn.social", "google", "b-5/gone@harbour.example")).came, "new");
});

test("a callback URL of another origin is rejected before the redirect", LIMIT, async () => {
  const { page } = await browser();
  const { error } = await call(page, "signIn.social", { provider: "google", callbackURL: "https://evil.example/" });
  assert.deepEqual([error.status, error.code], [422, "validation_failed"]);
  assert.equal(new URL(page.url()).origin, env.server.url);
  assert.equal(await signedInUser(page), null);
});
