// Sign-in in a real browser through a real OpenID provider: which user is signed in, and which attempts are rejected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { CLIENT_SECRET } from "./harness/openid.mjs";
import {
  answerProvider,
  arrival,
  ask,
  heldCallback,
  redirectToProvider,
  SERVER_SECRET,
  signedInUser,
  signInAt,
  useOpenIdEnvironment,
} from "./harness/openid-environment.mjs";
import { LIMIT } from "./harness/test-environment.mjs";

const env = useOpenIdEnvironment();
/** @param {string} sql @param {unknown[]} [values] */
const query = (sql, values) => env.db.query(sql, values);

test("a new user is created at the first sign-in and found at the next ones, in any browser", LIMIT, async () => {
  const { device, page } = await env.page();
  assert.deepEqual(await signInAt(page, "g-1/Anna@Harbour.example"), { came: "new", error: null });
  const anna = await signedInUser(page);
  assert.deepEqual(
    [anna.email, anna.emailVerified, anna.name, anna.role],
    ["anna@harbour.example", true, "g-1 of the harbour", "user"],
  );
  const cookies = await device.context.cookies(env.server.url);
  const session = cookies.find(({ name }) => name.startsWith("landfall_session"));
  assert.deepEqual([session?.httpOnly, session?.sameSite], [true, "Lax"]);

  // The email changed at the provider. The user stays the same.
  const other = (await env.page()).page;
  assert.deepEqual(await signInAt(other, "g-1/anna@elsewhere.example"), { came: "back", error: null });
  assert.equal((await signedInUser(other)).id, anna.id);
  // A new sign-in ends the earlier session of the same browser.
  const before = session?.value ?? "";
  assert.deepEqual(await signInAt(page, "g-1/anna@harbour.example"), { came: "back", error: null });
  assert.equal(await new Api(env.server, before).send("GET", "/api/auth/get-session"), null);
  assert.notEqual(await device.sessionToken(), before);
});

test("a provider's tokens are not stored", LIMIT, async () => {
  const { page } = await env.page();
  await signInAt(page, "g-2/tokens@harbour.example");
  const [account] = await query("SELECT to_jsonb(a) AS row FROM account a WHERE account_id = 'g-2'");
  assert.deepEqual(Object.keys(account.row).sort(), [
    ...["account_id", "created_at", "id", "issuer", "provider_id", "scope", "updated_at", "user_id"],
  ]);
  assert.equal(account.row.issuer, env.provider.issuer);
});

/** Changes that make an id token invalid. @type {[string, (token: import("./harness/openid.mjs").IdToken) => void][]} */
const invalidTokens = [
  ["another sign-in's nonce", (token) => (token.claims.nonce = "another")],
  ["no nonce", (token) => delete token.claims.nonce],
  ["another issuer", (token) => (token.claims.iss = "https://evil.example")],
  ["another audience", (token) => (token.claims.aud = "another-client")],
  ["several audiences and no party", (token) => (token.claims.aud = ["landfall", "another-client"])],
  ["another party", (token) => Object.assign(token.claims, { aud: ["landfall", "x"], azp: "x" })],
  ["expired", (token) => (token.claims.exp = Math.floor(Date.now() / 1000) - 60)],
  ["from yesterday", (token) => (token.claims.iat = Math.floor(Date.now() / 1000) - 86_400)],
  ["from tomorrow", (token) => (token.claims.iat = Math.floor(Date.now() / 1000) + 86_400)],
  ["no subject", (token) => delete token.claims.sub],
  ["the signature of another key", (token) => (token.signing = "other-key")],
  ["alg none", (token) => Object.assign(token, { signing: "none", header: { alg: "none" } })],
  [
    "signed with the client's secret",
    (token) => Object.assign(token, { signing: "client-secret", header: { alg: "HS256" } }),
  ],
];

test("an invalid id token signs no user in", { timeout: 180_000 }, async () => {
  const { page } = await env.page();
  for (const [what, change] of invalidTokens) {
    env.provider.changeIdToken = change;
    assert.deepEqual(await signInAt(page, "g-3/liar@harbour.example"), { came: "not", error: "invalid_token" }, what);
    assert.equal(await signedInUser(page), null, what);
  }
  assert.deepEqual(await query("SELECT 1 FROM \"user\" WHERE email = 'liar@harbour.example'"), []);
  // The unchanged token signs the same user in.
  env.provider.changeIdToken = null;
  assert.equal((await signInAt(page, "g-3/liar@harbour.example")).came, "new");
});

test("an email that the id token lacks is read from userinfo, and only for the same subject", LIMIT, async () => {
  const { page } = await env.page();
  env.provider.changeIdToken = (token) => {
    delete token.claims.email;
    delete token.claims.email_verified;
  };
  env.provider.changeUserInfo = (info) => (info.sub = "g-1");
  const mixedUp = await signInAt(page, "g-16/asked@harbour.example");
  assert.deepEqual(mixedUp, { came: "not", error: "invalid_token" }, "userinfo is about another user");
  // A token's email_verified does not apply to an email from userinfo.
  env.provider.changeIdToken = (token) => delete token.claims.email;
  env.provider.changeUserInfo = (info) => delete info.email_verified;
  const unproved = await signInAt(page, "g-16/asked@harbour.example");
  assert.deepEqual(unproved, { came: "not", error: "email_not_verified" });
  env.provider.changeUserInfo = null;
  assert.deepEqual(await signInAt(page, "g-16/asked@harbour.example"), { came: "new", error: null });
  env.provider.changeIdToken = null;
  assert.equal((await signedInUser(page)).email, "asked@harbour.example");
});

test("an email that the provider has not verified creates no user", LIMIT, async () => {
  const { page } = await env.page();
  const came = await signInAt(page, "g-4/unverified@harbour.example/unverified");
  assert.deepEqual(came, { came: "not", error: "email_not_verified" });
  assert.equal(await signedInUser(page), null);
  assert.deepEqual(await query("SELECT 1 FROM \"user\" WHERE email = 'unverified@harbour.example'"), []);
});

test("an email links an account to a user only if both sides have verified it", LIMIT, async () => {
  await Api.signIn(env.server, "both@harbour.example");
  const id = await env.db.userId("both@harbour.example");
  const { page } = await env.page();
  await query('UPDATE "user" SET email_verified = false WHERE id = $1', [id]);
  const refused = await signInAt(page, "g-5/both@harbour.example");
  assert.deepEqual(refused, { came: "not", error: "account_not_linked" });
  await query('UPDATE "user" SET email_verified = true WHERE id = $1', [id]);
  const unverified = await signInAt(page, "g-5/both@harbour.example/unverified");
  assert.deepEqual(unverified, { came: "not", error: "email_not_verified" });
  assert.deepEqual(await signInAt(page, "g-5/both@harbour.example"), { came: "back", error: null });
  assert.equal((await signedInUser(page)).id, id);
});

test("a cancelled sign-in returns signed out with the reason", LIMIT, async () => {
  const { page } = await env.page();
  await redirectToProvider(page);
  assert.deepEqual(await answerProvider(page, null), { came: "not", error: "access_denied" });
  assert.equal(await signedInUser(page), null);
});

test("a callback with another state, issuer, provider or code, or after its expiry, is rejected", LIMIT, async () => {
  const { page } = await env.page();
  const states = [
    ["state", (/** @type {URL} */ url) => url.searchParams.set("state", "x".repeat(43)), "state_mismatch"],
    ["no state", (/** @type {URL} */ url) => url.searchParams.delete("state"), "state_mismatch"],
    ["issuer", (/** @type {URL} */ url) => url.searchParams.set("iss", "https://evil.example"), "issuer_mismatch"],
    ["provider", (/** @type {URL} */ url) => (url.pathname = "/api/auth/callback/oidc"), "issuer_mismatch"],
    ["code", (/** @type {URL} */ url) => url.searchParams.set("code", "another"), "invalid_code"],
  ];
  for (const [what, change, error] of /** @type {[string, (url: URL) => void, string][]} */ (states)) {
    const url = new URL(await heldCallback(env.provider, page, "g-6/states@harbour.example"));
    change(url);
    await page.goto(url.href);
    assert.equal((await arrival(page)).error, error, what);
    assert.equal(await signedInUser(page), null, what);
  }
  const late = await heldCallback(env.provider, page, "g-6/states@harbour.example");
  await query("UPDATE verification SET expires_at = now() - interval '1 second'");
  await page.goto(late);
  assert.equal((await arrival(page)).error, "state_mismatch", "late");
});

test("a callback works once, and its code works in no other sign-in", LIMIT, async () => {
  const { device, page } = await env.page();
  const first = await heldCallback(env.provider, page, "g-7/once@harbour.example");
  await page.goto(first);
  assert.equal((await arrival(page)).came, "new");
  await device.context.clearCookies({ name: /^landfall_session/ });
  await page.goto(first);
  assert.equal((await arrival(page)).error, "state_mismatch", "replayed");
  const second = new URL(await heldCallback(env.provider, page, "g-7/once@harbour.example"));
  second.searchParams.set("code", new URL(first).searchParams.get("code") ?? "");
  await page.goto(second.href);
  assert.equal((await arrival(page)).error, "invalid_code", "the code of the first");
  assert.equal(await signedInUser(page), null);
});

test("a callback in another browser is rejected and consumes the sign-in", LIMIT, async () => {
  const mine = (await env.page()).page;
  const theirs = (await env.page()).page;
  // An attacker's callback link must not sign the victim in as the attacker.
  const address = await heldCallback(env.provider, theirs, "g-8/trap@harbour.example");
  await mine.goto(address);
  assert.equal((await arrival(mine)).error, "other_browser");
  assert.equal(await signedInUser(mine), null);
  await theirs.goto(address);
  assert.equal((await arrival(theirs)).error, "state_mismatch");
  assert.equal(await signedInUser(theirs), null);
});

test("of fifty concurrent uses of one callback exactly one succeeds", LIMIT, async () => {
  const { device, page } = await env.page();
  const address = await heldCallback(env.provider, page, "g-9/fifty@harbour.example");
  const cookies = await device.context.cookies(env.server.url);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const uses = Array.from({ length: 50 }, () => fetch(address, { redirect: "manual", headers: { cookie } }));
  const answers = await Promise.all(uses);
  const targets = answers.map((answer) => new URL(answer.headers.get("location") ?? "").searchParams);
  assert.equal(targets.filter((target) => target.get("came") === "new").length, 1);
  assert.equal(targets.filter((target) => target.get("error") === "state_mismatch").length, 49);
  assert.equal(answers.filter((answer) => answer.headers.has("set-cookie")).length, 1);
  const sessions = await query('SELECT 1 FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.email = $1', [
    "fifty@harbour.example",
  ]);
  assert.equal(sessions.length, 1);
});

test("a linked account is added to the signed-in user, and never taken from another user", LIMIT, async () => {
  const { page } = await env.page();
  await signInAt(page, "g-10/linker@harbour.example");
  const { id } = await signedInUser(page);
  const added = await signInAt(page, "g-11/other-address@harbour.example", { provider: "oidc", link: true });
  assert.deepEqual(added, { came: "back", error: null });
  const accounts = (await ask(page, "/api/auth/list-accounts")).body;
  const listed = accounts.map((/** @type {any} */ account) => [account.providerId, account.accountId]);
  assert.deepEqual(listed, [
    ["google", "g-10"],
    ["oidc", "g-11"],
  ]);
  const otherPage = (await env.page()).page;
  assert.equal((await signInAt(otherPage, "g-11/other-address@harbour.example")).came, "back");
  assert.equal((await signedInUser(otherPage)).id, id, "both accounts belong to the same user");

  const { device, page: third } = await env.page();
  await signInAt(third, "g-12/third@harbour.example");
  const taken = await signInAt(third, "g-10/linker@harbour.example", { link: true });
  assert.deepEqual(taken, { came: "not", error: "account_already_linked_to_different_user" });
  // The session that asked for the link has ended.
  await redirectToProvider(third, { link: true });
  await new Api(env.server, await device.sessionToken()).send("POST", "/api/auth/sign-out", {});
  const ended = await answerProvider(third, "g-13/third@harbour.example");
  assert.deepEqual(ended, { came: "not", error: "session_ended" });
  assert.deepEqual(await query("SELECT 1 FROM account WHERE account_id = 'g-13'"), []);
});

test("a provider's new key is accepted, and an unreachable provider is reported", LIMIT, async () => {
  const { page } = await env.page();
  await signInAt(page, "g-14/keys@harbour.example");
  await env.provider.changeKey();
  assert.deepEqual(await signInAt(page, "g-14/keys@harbour.example"), { came: "back", error: null });

  const address = await heldCallback(env.provider, page, "g-14/keys@harbour.example");
  await env.provider.stop();
  try {
    await page.goto(address);
    assert.deepEqual(await arrival(page), { came: "not", error: "provider_unavailable" });
  } finally {
    await env.provider.start();
  }
});

test("the log contains no secret", LIMIT, async () => {
  const { device, page } = await env.page();
  const address = new URL(await heldCallback(env.provider, page, "g-15/quiet@harbour.example"));
  await page.goto(address.href);
  await arrival(page);
  const jwt = (await ask(page, "/api/auth/token")).body.token;
  await ask(page, "/api/auth/update-user", { name: 1, leak: "leak-test-body" });
  const failed = new URL(await heldCallback(env.provider, page, "g-15/quiet@harbour.example"));
  failed.searchParams.set("code", "leak-test-code");
  await page.goto(failed.href);
  await arrival(page);
  const cookies = await device.context.cookies(env.server.url);
  assert.match(env.server.log, /request/, "there is a log");
  const secrets = {
    "client secret": CLIENT_SECRET,
    "server secret": SERVER_SECRET,
    state: address.searchParams.get("state"),
    code: address.searchParams.get("code"),
    "refused code": "leak-test-code",
    body: "leak-test-body",
    jwt,
    ...Object.fromEntries(cookies.map(({ name, value }) => [`cookie ${name}`, value])),
  };
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret && secret.length > 10, what);
    assert.ok(!env.server.log.includes(secret), `${what} is in the log`);
  }
});
