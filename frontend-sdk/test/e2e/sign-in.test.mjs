// Sign-in in a real browser, at a real OpenID provider: who gets in, as whom, and everybody who does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import {
  answerProvider,
  arrival,
  ask,
  goToProvider,
  heldCallback,
  SERVER_SECRET,
  signInAt,
  useOpenWorld,
  whoIsIn,
} from "./harness/open-world.mjs";
import { CLIENT_SECRET } from "./harness/openid.mjs";
import { LIMIT } from "./harness/world.mjs";

const world = useOpenWorld();
/** @param {string} sql @param {unknown[]} [values] */
const query = (sql, values) => world.db.query(sql, values);

test("somebody new gets in, and is the same person the next time and in another browser", LIMIT, async () => {
  const { device, page } = await world.page();
  assert.deepEqual(await signInAt(page, "g-1/Anna@Harbour.example"), { came: "new", error: null });
  const anna = await whoIsIn(page);
  assert.deepEqual(
    [anna.email, anna.emailVerified, anna.name, anna.role],
    ["anna@harbour.example", true, "g-1 of the harbour", "user"],
  );
  const cookies = await device.context.cookies(world.server.url);
  const session = cookies.find(({ name }) => name === "landfall_session");
  assert.deepEqual([session?.httpOnly, session?.sameSite], [true, "Lax"]);

  // The address has changed at the provider; the person is who they were.
  const other = (await world.page()).page;
  assert.deepEqual(await signInAt(other, "g-1/anna@elsewhere.example"), { came: "back", error: null });
  assert.equal((await whoIsIn(other)).id, anna.id);
  // Signing in again in the same browser ends the session before.
  const before = session?.value ?? "";
  assert.deepEqual(await signInAt(page, "g-1/anna@harbour.example"), { came: "back", error: null });
  assert.equal(await new Api(world.server, before).send("GET", "/api/auth/get-session"), null);
  assert.notEqual(await device.sessionToken(), before);
});

test("a provider's tokens are kept nowhere", LIMIT, async () => {
  const { page } = await world.page();
  await signInAt(page, "g-2/tokens@harbour.example");
  const [account] = await query("SELECT to_jsonb(a) AS row FROM account a WHERE account_id = 'g-2'");
  assert.deepEqual(Object.keys(account.row).sort(), [
    ...["account_id", "created_at", "id", "issuer", "provider_id", "scope", "updated_at", "user_id"],
  ]);
  assert.equal(account.row.issuer, world.provider.issuer);
});

/** Each lie of an id token that must be seen through. @type {[string, (token: import("./harness/openid.mjs").IdToken) => void][]} */
const lies = [
  ["another sign-in's nonce", (token) => (token.claims.nonce = "another")],
  ["no nonce", (token) => delete token.claims.nonce],
  ["another issuer", (token) => (token.claims.iss = "https://evil.example")],
  ["another audience", (token) => (token.claims.aud = "somebody-else")],
  ["several audiences and no party", (token) => (token.claims.aud = ["landfall", "somebody-else"])],
  ["another party", (token) => Object.assign(token.claims, { aud: ["landfall", "x"], azp: "x" })],
  ["expired", (token) => (token.claims.exp = Math.floor(Date.now() / 1000) - 60)],
  ["from yesterday", (token) => (token.claims.iat = Math.floor(Date.now() / 1000) - 86_400)],
  ["from tomorrow", (token) => (token.claims.iat = Math.floor(Date.now() / 1000) + 86_400)],
  ["no subject", (token) => delete token.claims.sub],
  ["a stranger's signature", (token) => (token.signing = "stranger")],
  ["alg none", (token) => Object.assign(token, { signing: "none", header: { alg: "none" } })],
  [
    "signed with the client's secret",
    (token) => Object.assign(token, { signing: "client-secret", header: { alg: "HS256" } }),
  ],
];

test("an id token that does not hold signs nobody in", { timeout: 180_000 }, async () => {
  const { page } = await world.page();
  for (const [what, lie] of lies) {
    world.provider.lie = lie;
    assert.deepEqual(await signInAt(page, "g-3/liar@harbour.example"), { came: "not", error: "invalid_token" }, what);
    assert.equal(await whoIsIn(page), null, what);
  }
  assert.deepEqual(await query("SELECT 1 FROM \"user\" WHERE email = 'liar@harbour.example'"), []);
  // The control: without a lie the same person gets in.
  world.provider.lie = null;
  assert.equal((await signInAt(page, "g-3/liar@harbour.example")).came, "new");
});

test("an address that the id token leaves out is asked for, and believed for that person alone", LIMIT, async () => {
  const { page } = await world.page();
  world.provider.lie = (token) => {
    delete token.claims.email;
    delete token.claims.email_verified;
  };
  world.provider.lieAboutPeople = (info) => (info.sub = "g-1");
  const mixedUp = await signInAt(page, "g-16/asked@harbour.example");
  assert.deepEqual(mixedUp, { came: "not", error: "invalid_token" }, "the answer is about another person");
  // A token's word does not vouch for an address that it doesn't hold.
  world.provider.lie = (token) => delete token.claims.email;
  world.provider.lieAboutPeople = (info) => delete info.email_verified;
  const unproved = await signInAt(page, "g-16/asked@harbour.example");
  assert.deepEqual(unproved, { came: "not", error: "email_not_verified" });
  world.provider.lieAboutPeople = null;
  assert.deepEqual(await signInAt(page, "g-16/asked@harbour.example"), { came: "new", error: null });
  world.provider.lie = null;
  assert.equal((await whoIsIn(page)).email, "asked@harbour.example");
});

test("an address that the provider has not verified makes nobody", LIMIT, async () => {
  const { page } = await world.page();
  const came = await signInAt(page, "g-4/unverified@harbour.example/unverified");
  assert.deepEqual(came, { came: "not", error: "email_not_verified" });
  assert.equal(await whoIsIn(page), null);
  assert.deepEqual(await query("SELECT 1 FROM \"user\" WHERE email = 'unverified@harbour.example'"), []);
});

test("an address joins two identities only where both sides have verified it", LIMIT, async () => {
  await Api.signIn(world.server, "both@harbour.example");
  const id = await world.db.userId("both@harbour.example");
  const { page } = await world.page();
  await query('UPDATE "user" SET email_verified = false WHERE id = $1', [id]);
  const refused = await signInAt(page, "g-5/both@harbour.example");
  assert.deepEqual(refused, { came: "not", error: "account_not_linked" });
  await query('UPDATE "user" SET email_verified = true WHERE id = $1', [id]);
  const unverified = await signInAt(page, "g-5/both@harbour.example/unverified");
  assert.deepEqual(unverified, { came: "not", error: "email_not_verified" });
  assert.deepEqual(await signInAt(page, "g-5/both@harbour.example"), { came: "back", error: null });
  assert.equal((await whoIsIn(page)).id, id);
});

test("whoever cancels comes back signed out, with the reason", LIMIT, async () => {
  const { page } = await world.page();
  await goToProvider(page);
  assert.deepEqual(await answerProvider(page, null), { came: "not", error: "access_denied" });
  assert.equal(await whoIsIn(page), null);
});

test("a way back with another state, issuer or provider, or too late, leads nowhere", LIMIT, async () => {
  const { page } = await world.page();
  const states = [
    ["state", (/** @type {URL} */ url) => url.searchParams.set("state", "x".repeat(43)), "state_mismatch"],
    ["no state", (/** @type {URL} */ url) => url.searchParams.delete("state"), "state_mismatch"],
    ["issuer", (/** @type {URL} */ url) => url.searchParams.set("iss", "https://evil.example"), "issuer_mismatch"],
    ["provider", (/** @type {URL} */ url) => (url.pathname = "/api/auth/callback/oidc"), "issuer_mismatch"],
    ["code", (/** @type {URL} */ url) => url.searchParams.set("code", "another"), "invalid_code"],
  ];
  for (const [what, change, error] of /** @type {[string, (url: URL) => void, string][]} */ (states)) {
    const url = new URL(await heldCallback(world.provider, page, "g-6/states@harbour.example"));
    change(url);
    await page.goto(url.href);
    assert.equal((await arrival(page)).error, error, what);
    assert.equal(await whoIsIn(page), null, what);
  }
  const late = await heldCallback(world.provider, page, "g-6/states@harbour.example");
  await query("UPDATE verification SET expires_at = now() - interval '1 second'");
  await page.goto(late);
  assert.equal((await arrival(page)).error, "state_mismatch", "late");
});

test("a way back works once, and its code in no other sign-in", LIMIT, async () => {
  const { device, page } = await world.page();
  const first = await heldCallback(world.provider, page, "g-7/once@harbour.example");
  await page.goto(first);
  assert.equal((await arrival(page)).came, "new");
  await device.context.clearCookies({ name: "landfall_session" });
  await page.goto(first);
  assert.equal((await arrival(page)).error, "state_mismatch", "replayed");
  const second = new URL(await heldCallback(world.provider, page, "g-7/once@harbour.example"));
  second.searchParams.set("code", new URL(first).searchParams.get("code") ?? "");
  await page.goto(second.href);
  assert.equal((await arrival(page)).error, "invalid_code", "the code of the first");
  assert.equal(await whoIsIn(page), null);
});

test("a sign-in that was begun in another browser is refused, and spent", LIMIT, async () => {
  const mine = (await world.page()).page;
  const theirs = (await world.page()).page;
  // Whoever is made to open somebody else's way back must not end up in that person's account.
  const address = await heldCallback(world.provider, theirs, "g-8/trap@harbour.example");
  await mine.goto(address);
  assert.equal((await arrival(mine)).error, "other_browser");
  assert.equal(await whoIsIn(mine), null);
  await theirs.goto(address);
  assert.equal((await arrival(theirs)).error, "state_mismatch");
  assert.equal(await whoIsIn(theirs), null);
});

test("of fifty uses of one way back at once, one wins", LIMIT, async () => {
  const { device, page } = await world.page();
  const address = await heldCallback(world.provider, page, "g-9/fifty@harbour.example");
  const cookies = await device.context.cookies(world.server.url);
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

test("an identity is added to who is signed in, and never taken from another", LIMIT, async () => {
  const { page } = await world.page();
  await signInAt(page, "g-10/linker@harbour.example");
  const { id } = await whoIsIn(page);
  const added = await signInAt(page, "g-11/other-address@harbour.example", { provider: "oidc", link: true });
  assert.deepEqual(added, { came: "back", error: null });
  const accounts = (await ask(page, "/api/auth/list-accounts")).body;
  const listed = accounts.map((/** @type {any} */ account) => [account.providerId, account.accountId]);
  assert.deepEqual(listed, [
    ["google", "g-10"],
    ["oidc", "g-11"],
  ]);
  const stranger = (await world.page()).page;
  assert.equal((await signInAt(stranger, "g-11/other-address@harbour.example")).came, "back");
  assert.equal((await whoIsIn(stranger)).id, id, "both ways lead to the same person");

  const { device, page: third } = await world.page();
  await signInAt(third, "g-12/third@harbour.example");
  const taken = await signInAt(third, "g-10/linker@harbour.example", { link: true });
  assert.deepEqual(taken, { came: "not", error: "account_already_linked_to_different_user" });
  // Nobody is left to add it to: the session that asked has ended meanwhile.
  await goToProvider(third, { link: true });
  await new Api(world.server, await device.sessionToken()).send("POST", "/api/auth/sign-out", {});
  const ended = await answerProvider(third, "g-13/third@harbour.example");
  assert.deepEqual(ended, { came: "not", error: "session_ended" });
  assert.deepEqual(await query("SELECT 1 FROM account WHERE account_id = 'g-13'"), []);
});

test("a provider's new key is taken, and a provider that is away is named", LIMIT, async () => {
  const { page } = await world.page();
  await signInAt(page, "g-14/keys@harbour.example");
  await world.provider.changeKey();
  assert.deepEqual(await signInAt(page, "g-14/keys@harbour.example"), { came: "back", error: null });

  const address = await heldCallback(world.provider, page, "g-14/keys@harbour.example");
  await world.provider.stop();
  try {
    await page.goto(address);
    assert.deepEqual(await arrival(page), { came: "not", error: "provider_unavailable" });
  } finally {
    await world.provider.start();
  }
});

test("nothing secret stands in the log", LIMIT, async () => {
  const { device, page } = await world.page();
  const address = new URL(await heldCallback(world.provider, page, "g-15/quiet@harbour.example"));
  await page.goto(address.href);
  await arrival(page);
  const jwt = (await ask(page, "/api/auth/token")).body.token;
  await ask(page, "/api/auth/update-user", { name: 1, canary: "canary-of-the-body" });
  const failed = new URL(await heldCallback(world.provider, page, "g-15/quiet@harbour.example"));
  failed.searchParams.set("code", "canary-of-the-code");
  await page.goto(failed.href);
  await arrival(page);
  const cookies = await device.context.cookies(world.server.url);
  assert.match(world.server.said, /request/, "there is a log");
  const secrets = {
    "client secret": CLIENT_SECRET,
    "server secret": SERVER_SECRET,
    state: address.searchParams.get("state"),
    code: address.searchParams.get("code"),
    "refused code": "canary-of-the-code",
    body: "canary-of-the-body",
    jwt,
    ...Object.fromEntries(cookies.map(({ name, value }) => [`cookie ${name}`, value])),
  };
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret && secret.length > 10, what);
    assert.ok(!world.server.said.includes(secret), `${what} stands in the log`);
  }
});
