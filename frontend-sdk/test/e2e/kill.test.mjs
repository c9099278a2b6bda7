// The server dies, or its answer does, in the middle of a batch: nothing is lost and nothing is there twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holdNextAnswer } from "./harness/cut-answer.mjs";
import { untilEqual } from "./harness/until.mjs";
import { LIMIT, useWorld } from "./harness/world.mjs";

const world = useWorld();
/** As many as make the client send at once. */
const fifteen = Array.from({ length: 15 }, (_, index) => `Message ${index + 1} of a batch that has bad luck ⚓`);

/** Someone signed in with an empty chat that the server knows. @param {string} email */
async function atAnEmptyChat(email) {
  const device = await world.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  return { device, demo };
}

/** @param {import("./harness/demo.mjs").Demo} demo @param {string} email */
async function untilOnceInOrder(demo, email) {
  await demo.untilPill("synced");
  const stored = await world.db.messages(email);
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
  assert.deepEqual((await demo.tables(await world.db.userId(email))).queue, []);
}

test("a server killed before its batch committed stores it once after the restart", LIMIT, async () => {
  const email = "killed-before@harbour.example";
  const { demo } = await atAnEmptyChat(email);
  const held = await world.db.holdWrites(email);
  await demo.writeAll(fifteen);
  await held.untilPushWaits();
  await untilEqual("the page says that it is sending", () => demo.pill(), { state: "sending", pending: 15, failed: 0 });

  await world.server.kill();
  await held.breakWaitingPush();
  await held.release();
  await untilEqual("the page says that all of it is here only", () => demo.pill(), {
    state: "offline",
    pending: 15,
    failed: 0,
  });
  assert.deepEqual(await world.db.texts(email), [], "nothing of the batch was stored");

  await world.server.restart();
  await untilOnceInOrder(demo, email);
});

test(
  "a server killed after its batch committed, before its answer was heard, stores nothing twice",
  LIMIT,
  async () => {
    const email = "killed-after@harbour.example";
    const { demo } = await atAnEmptyChat(email);
    const answer = await holdNextAnswer(demo);
    await demo.writeAll(fifteen);
    await answer.untilAnswered();
    await untilEqual("the batch is committed", () => world.db.texts(email), fifteen);
    const before = await world.db.messages(email);
    await world.server.kill();
    await answer.lose();
    await untilEqual("the page doesn't claim it", () => demo.pill(), { state: "offline", pending: 15, failed: 0 });
    await demo.page.reload();
    await untilEqual(
      "nor after a reload",
      async () => (await demo.shown()).map(({ text, state }) => ({ text, state })),
      fifteen.map((text) => ({ text, state: "saved" })),
    );

    await world.server.restart();
    await untilOnceInOrder(demo, email);
    assert.deepEqual(await world.db.messages(email), before, "the repeat changed nothing");
  },
);

test("a batch whose answer is lost on the way is sent again and stored once", LIMIT, async () => {
  const email = "answer-lost@harbour.example";
  const { device, demo } = await atAnEmptyChat(email);
  const answer = await holdNextAnswer(demo);
  await demo.writeAll(fifteen);
  await answer.untilAnswered();
  const before = await world.db.messages(email);
  assert.deepEqual(
    before.map((message) => message.content),
    fifteen,
    "the server has answered after its commit",
  );
  assert.deepEqual(await demo.pill(), { state: "sending", pending: 15, failed: 0 });

  await answer.lose();
  await untilOnceInOrder(demo, email);
  assert.deepEqual(await world.db.messages(email), before, "the repeat changed nothing");
  assert.ok(before.every(({ tempId }) => tempId && (device.deliveries.get(tempId) ?? 0) >= 1));
});

test("a browser killed in the middle of a batch sends it again after its next start", LIMIT, async () => {
  const email = "browser-gone@harbour.example";
  const { device } = await atAnEmptyChat(email);
  // A browser writes its cookies down some seconds late, and at its end: this one keeps who is signed in.
  await device.close();
  await device.reopen();
  const demo = await device.tab();
  const held = await world.db.holdWrites(email);
  await demo.writeAll(fifteen);
  await held.untilPushWaits();
  await device.kill();
  await held.release();

  await device.reopen();
  const again = await device.tab();
  await untilOnceInOrder(again, email);
});
