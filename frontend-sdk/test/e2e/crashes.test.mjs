// The server, the browser or an answer is lost during a push: every message is stored exactly once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holdNextAnswer } from "./harness/cut-answer.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
/** As many messages as the client sends without the pause. */
const fifteen = Array.from({ length: 15 }, (_, index) => `Message ${index + 1} of a batch that has bad luck ⚓`);

/** Opens a device with a signed-in user and an empty synced chat. @param {string} email */
async function openEmptyChat(email) {
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  return { device, demo };
}

/** @param {import("./harness/demo.mjs").Demo} demo @param {string} email */
async function untilStoredOnceInOrder(demo, email) {
  await demo.untilPill("synced");
  const stored = await env.db.messages(email);
  assert.deepEqual(
    stored.map((message) => message.content),
    fifteen,
  );
  await untilEqual(
    "the page shows the server's rows",
    async () => (await demo.shown()).map(({ key }) => key),
    stored.map(({ id }) => id),
  );
  assert.deepEqual(await demo.states(), ["synced"]);
  assert.deepEqual((await demo.tables(await env.db.userId(email))).queue, []);
}

test("a server killed before the commit of a batch stores it once after the restart", LIMIT, async () => {
  const email = "killed-before@harbour.example";
  const { demo } = await openEmptyChat(email);
  const held = await env.db.holdWrites(email);
  await demo.writeAll(fifteen);
  await held.untilPushWaits();
  await untilEqual("the page shows sending", () => demo.pill(), { state: "sending", pending: 15, failed: 0 });

  await env.server.kill();
  await held.breakWaitingPush();
  await held.release();
  await untilEqual("the page shows all as saved here", () => demo.pill(), {
    state: "offline",
    pending: 15,
    failed: 0,
  });
  assert.deepEqual(await env.db.texts(email), [], "nothing of the batch was stored");

  await env.server.restart();
  await untilStoredOnceInOrder(demo, email);
});

test("a server killed between the commit of a batch and its answer stores nothing twice", LIMIT, async () => {
  const email = "killed-after@harbour.example";
  const { demo } = await openEmptyChat(email);
  const answer = await holdNextAnswer(demo);
  await demo.writeAll(fifteen);
  await answer.untilAnswered();
  await untilEqual("the batch is committed", () => env.db.texts(email), fifteen);
  const before = await env.db.messages(email);
  await env.server.kill();
  await answer.lose();
  await untilEqual("the page does not show synced", () => demo.pill(), { state: "offline", pending: 15, failed: 0 });
  await demo.page.reload();
  await untilEqual(
    "the page does not show synced after a reload",
    async () => (await demo.shown()).map(({ text, state }) => ({ text, state })),
    fifteen.map((text) => ({ text, state: "saved" })),
  );

  await env.server.restart();
  await untilStoredOnceInOrder(demo, email);
  assert.deepEqual(await env.db.messages(email), before, "the repeat changed nothing");
});

test("a batch whose answer is lost is sent again and stored once", LIMIT, async () => {
  const email = "answer-lost@harbour.example";
  const { device, demo } = await openEmptyChat(email);
  const answer = await holdNextAnswer(demo);
  await demo.writeAll(fifteen);
  await answer.untilAnswered();
  const before = await env.db.messages(email);
  assert.deepEqual(
    before.map((message) => message.content),
    fifteen,
    "the server has answered after its commit",
  );
  assert.deepEqual(await demo.pill(), { state: "sending", pending: 15, failed: 0 });

  await answer.lose();
  await untilStoredOnceInOrder(demo, email);
  assert.deepEqual(await env.db.messages(email), before, "the repeat changed nothing");
  assert.ok(before.every(({ tempId }) => tempId && (device.deliveries.get(tempId) ?? 0) >= 1));
});

test("a browser killed during a batch sends it again after its next start", LIMIT, async () => {
  const email = "browser-gone@harbour.example";
  const { device } = await openEmptyChat(email);
  // A browser writes cookies to disk after some seconds, and when it closes. This close keeps the session cookie.
  await device.close();
  await device.reopen();
  const demo = await device.tab();
  const held = await env.db.holdWrites(email);
  await demo.writeAll(fifteen);
  await held.untilPushWaits();
  await device.kill();
  await held.release();

  await device.reopen();
  const again = await device.tab();
  await untilStoredOnceInOrder(again, email);
});
