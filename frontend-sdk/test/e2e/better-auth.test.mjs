// The stock client of Better Auth, unchanged, in a real browser against this server: everything that it can do here.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { answerProvider, useOpenWorld, whoIsIn } from "./harness/open-world.mjs";
import { until } from "./harness/until.mjs";
import { LIMIT } from "./harness/world.mjs";

const world = useOpenWorld();
let script = "";

before(async () => {
  script = await bundle();
});

/** The client as a script for any page: `window.auth`. */
async function bundle() {
  const entry = fileURLToPath(new URL("harness/better-auth-page.mjs", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "page" } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  assert.ok(first && "output" in first);
  return first.output[0].code;
}

/** A new browser with the client in every page of it. */
async function browser() {
  const device = await world.device();
  await device.context.addInitScript({ content: script });
  const { page } = await device.tab();
  return { device, page };
}

/**
 * Calls the client in the page by the path of a method: `{ data, error }`.
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

/** The same, for calls that must work. @param {import("playwright-core").Page} page @param {string} method @param {unknown} [input] */
async function done(page, method, input) {
  const { data, error } = await call(page, method, input);
  assert.equal(error, null, `${method}: ${JSON.stringify(error)}`);
  return data;
}

/** The client sends the browser to the provider by itself. @param {import("playwright-core").Page} page @param {string} method @param {string} provider @param {string} who */
async function throughProvider(page, method, provider, who) {
  const input = {
    provider,
    callbackURL: "/?came=back",
    newUserCallbackURL: "/?came=new",
    errorCallbackURL: "/?came=not",
  };
  await page.context().clearCookies({ domain: "127.0.0.1" });
  // The page may be left before the call has answered.
  await call(page, method, input).catch(() => null);
  await page.locator('input[name="who"]').waitFor();
  return answerProvider(page, who);
}

test("signs in, knows who it is, changes the name and signs out", LIMIT, async () => {
  const { page } = await browser();
  assert.equal(await done(page, "getSession"), null);
  assert.equal((await throughProvider(page, "signIn.social", "google", "b-1/better@harbour.example")).came, "new");
  const { user, session } = await done(page, "getSession");
  assert.deepEqual([user.email, user.name, session.userId], ["better@harbour.example", "b-1 of the harbour", user.id]);

  // The store behind useSession: it follows what the client does.
  await page.evaluate(() => {
    const shown = /** @type {any} */ (window);
    shown.seen = [];
    shown.auth.useSession.subscribe((/** @type {any} */ state) => shown.seen.push(state.data?.user?.name ?? null));
  });
  const seen = () => page.evaluate(() => /** @type {any} */ (window).seen.at(-1));
  await until("the session is shown", async () => (await seen()) === "b-1 of the harbour");
  assert.deepEqual(await done(page, "updateUser", { name: "Better" }), { status: true });
  await until("the new name is shown", async () => (await seen()) === "Better");
  const refused = await call(page, "updateUser", { name: "" });
  assert.deepEqual([refused.error.status, refused.error.code], [422, "validation_failed"]);
  assert.match(refused.error.message, /name/);

  assert.deepEqual(await done(page, "signOut"), { success: true });
  await until("nobody is shown", async () => (await seen()) === null);
  assert.equal(await done(page, "getSession"), null);
  const stranger = await call(page, "listSessions");
  assert.deepEqual([stranger.error.status, stranger.error.code], [401, "unauthenticated"]);
});

test("sees its sessions and ends one, the others, and all", LIMIT, async () => {
  const pages = [];
  for (let index = 0; index < 3; index += 1) {
    const { page } = await browser();
    await throughProvider(page, "signIn.social", "google", "b-2/devices@harbour.example");
    pages.push(page);
  }
  const [first, second, third] = pages;
  assert.ok(first && second && third);
  assert.equal((await done(first, "listSessions")).length, 3);
  const mine = (await done(second, "getSession")).session.token;
  assert.deepEqual(await done(first, "revokeSession", { token: mine }), { status: true });
  assert.deepEqual([await whoIsIn(second), (await done(first, "listSessions")).length], [null, 2]);
  assert.deepEqual(await done(first, "revokeOtherSessions"), { status: true });
  assert.equal(await whoIsIn(third), null);
  assert.notEqual(await whoIsIn(first), null);
  assert.deepEqual(await done(first, "revokeSessions"), { status: true });
  assert.equal(await whoIsIn(first), null);
});

test("links and unlinks accounts, but never unlinks the last", LIMIT, async () => {
  const { page } = await browser();
  await throughProvider(page, "signIn.social", "google", "b-3/links@harbour.example");
  assert.equal((await throughProvider(page, "linkSocial", "oidc", "b-4/other@harbour.example")).came, "back");
  const accounts = await done(page, "listAccounts");
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
  assert.deepEqual(await done(page, "unlinkAccount", { accountId: accounts[0].id }), { status: true });
  const last = await call(page, "unlinkAccount", { accountId: accounts[1].id });
  assert.deepEqual([last.error.status, last.error.code], [409, "last_account"]);
  // Whoever was unlinked is somebody new the next time.
  const { page: other } = await browser();
  assert.equal((await throughProvider(other, "signIn.social", "google", "b-3/new@harbour.example")).came, "new");
});

test("deletes the person, who is nobody afterwards on every device", LIMIT, async () => {
  const { page } = await browser();
  const { page: other } = await browser();
  for (const device of [page, other])
    await throughProvider(device, "signIn.social", "google", "b-5/gone@harbour.example");
  assert.deepEqual(await done(page, "deleteUser"), { success: true, message: "User deleted" });
  assert.deepEqual([await whoIsIn(page), await whoIsIn(other)], [null, null]);
  assert.deepEqual(await world.db.query("SELECT 1 FROM \"user\" WHERE email = 'gone@harbour.example'"), []);
  assert.equal((await throughProvider(page, "signIn.social", "google", "b-5/gone@harbour.example")).came, "new");
});

test("a foreign page to come back to is refused before anybody leaves", LIMIT, async () => {
  const { page } = await browser();
  const { error } = await call(page, "signIn.social", { provider: "google", callbackURL: "https://evil.example/" });
  assert.deepEqual([error.status, error.code], [422, "validation_failed"]);
  assert.equal(new URL(page.url()).origin, world.server.url);
  assert.equal(await whoIsIn(page), null);
});
