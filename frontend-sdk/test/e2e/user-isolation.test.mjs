// A sign-out or an expired session keeps unsent work for its owner, and no other user sees or sends it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };
const texts = ["One line, kept for me.", "Two, for nobody else.", "שלוש שורות"];

/** @param {import("./harness/demo.mjs").Demo} demo */
const shownTexts = async (demo) => (await demo.shown()).map(({ text }) => text);

test(
  "a sign-out keeps unsent work, hides it from other users of the browser, and the next sign-in sends it",
  LIMIT,
  async () => {
    const [mine, theirs] = ["anna@harbour.example", "bob@harbour.example"];
    const device = await env.device();
    const demo = await device.tab();
    await demo.signIn(mine);
    await demo.newSession();
    await demo.untilPill("synced");
    const myId = await env.db.userId(mine);
    await demo.simulateOffline(true);
    await demo.writeAll(texts);
    await demo.signOut({ unsent: true });
    await demo.simulateOffline(false);

    await demo.signIn(theirs);
    await untilEqual("the other user is signed in", () => demo.pill(), DONE);
    assert.equal(await demo.find("session-item").count(), 0, "no chat of another user");
    await demo.write("Bob's own line.");
    await untilEqual("it is sent", () => demo.pill(), DONE);
    assert.deepEqual(await shownTexts(demo), ["Bob's own line."]);
    assert.deepEqual(await env.db.texts(theirs), ["Bob's own line."]);
    assert.deepEqual(await env.db.texts(mine), [], "no unsent message was sent by another user");
    assert.equal((await demo.tables(myId)).queue.length, texts.length, "all unsent messages are kept");

    await demo.signOut();
    await demo.signIn(mine);
    await untilEqual("the unsent messages are sent", () => demo.pill(), DONE);
    assert.deepEqual(await env.db.texts(mine), texts);
    assert.deepEqual(await shownTexts(demo), texts);
    assert.deepEqual(await env.db.texts(theirs), ["Bob's own line."]);
  },
);

test("an offline sign-out ends the session at the server at the reconnection", LIMIT, async () => {
  const email = "leaves-offline@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  const api = new Api(env.server, await device.sessionToken());
  assert.equal((await api.send("GET", "/api/auth/get-session")).user.email, email);
  await device.setOffline(true);
  await demo.signOut();
  await device.setOffline(false);
  await untilEqual("the token is invalid", () => api.send("GET", "/api/auth/get-session"), null);
  await demo.page.reload();
  await demo.find("sign-in-email").waitFor();
});

/** Waits until the page shows the end of the session with all messages kept, and signs in again. @param {import("./harness/demo.mjs").Demo} demo @param {string} email */
async function untilPausedThenSignInAgain(demo, email) {
  await untilEqual("the queue is paused, not emptied", () => demo.pill(), {
    state: "paused",
    pending: texts.length,
    failed: 0,
  });
  assert.match(await demo.panelText(), /session has ended/i);
  assert.match(await demo.page.locator('.banner[role="alert"]').innerText(), /session has ended/i);
  assert.deepEqual(await shownTexts(demo), texts);
  const { queue } = await demo.tables(await env.db.userId(email));
  assert.deepEqual(
    queue.map(({ attempts, status }) => ({ attempts, status })),
    texts.map(() => ({ attempts: 0, status: "pending" })),
  );
  assert.deepEqual(await env.db.texts(email), []);

  await demo.page.keyboard.press("Escape");
  await demo.page.getByRole("button", { name: "Sign in again" }).click();
  await untilEqual("all of it is sent", () => demo.pill(), DONE);
  assert.deepEqual(await env.db.texts(email), texts);
}

test("a session revoked while offline pauses the outbox with its reason, and a sign-in sends it", LIMIT, async () => {
  const email = "revoked-offline@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  await device.setOffline(true);
  await demo.writeAll(texts);
  await new Api(env.server, await device.sessionToken()).send("POST", "/api/auth/sign-out", {});
  await device.setOffline(false);
  await untilPausedThenSignInAgain(demo, email);
});

test("a session revoked while online pauses the outbox with its reason, and a sign-in sends it", LIMIT, async () => {
  const email = "revoked-online@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  await new Api(env.server, await device.sessionToken()).send("POST", "/api/auth/sign-out", {});
  await demo.writeAll(texts);
  await untilPausedThenSignInAgain(demo, email);
});
