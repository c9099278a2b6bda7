// Messages written without a network appear at once, survive a reload, and are stored once and in order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { documents } from "./harness/documents.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const KEPT = { state: "offline", pending: documents.length, failed: 0 };
const DONE = { state: "synced", pending: 0, failed: 0 };

/**
 * Writes twenty messages offline, reloads, reconnects and checks the server.
 * @param {string} email
 * @param {(demo: import("./harness/demo.mjs").Demo, device: import("./harness/browser.mjs").Device, offline: boolean) => Promise<void>} setOffline
 */
async function writesTwentyOffline(email, setOffline) {
  const { db } = env;
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  await demo.untilShellIsCached();
  const userId = await db.userId(email);

  await setOffline(demo, device, true);
  await demo.untilPill("offline");
  const times = await demo.writeAll(documents);
  console.log(`  key to element: ${Math.max(...times).toFixed(1)} ms at most, of ${times.length} messages`);
  const onScreen = await demo.shown();
  assert.equal(onScreen.length, documents.length);
  assert.deepEqual(await demo.states(), ["saved"]);
  await untilEqual("the pill counts what is kept", () => demo.pill(), KEPT);

  await demo.page.reload();
  await untilEqual("all are there after the reload", () => demo.shown(), onScreen);
  await untilEqual("the pill still counts them", () => demo.pill(), KEPT);
  const kept = await demo.tables(userId);
  assert.deepEqual(
    kept.messages.map((message) => message.content),
    documents,
  );
  assert.equal(kept.queue.length, documents.length);
  assert.deepEqual(await db.texts(email), [], "nothing left this device");

  await setOffline(demo, device, false);
  await untilEqual("everything is on the server", () => demo.pill(), DONE);
  const stored = await db.messages(email);
  assert.deepEqual(
    stored.map((message) => message.content),
    documents,
  );
  assert.deepEqual(
    stored.map((message) => message.tempId),
    onScreen.map((message) => message.key),
    "each once, in the order of writing",
  );

  await untilEqual(
    "the page shows the server's ids",
    async () => (await demo.shown()).map((message) => message.key),
    stored.map((message) => message.id),
  );
  assert.deepEqual(await demo.states(), ["synced"]);
  const { messages, queue } = await demo.tables(userId);
  assert.deepEqual(queue, []);
  assert.deepEqual(
    messages.map(({ id, content }) => ({ id, content })),
    stored.map(({ id, content }) => ({ id, content })),
  );
  return stored;
}

test(
  "twenty messages written without a network survive a reload, are stored once and in order, and reach a second device",
  LIMIT,
  async () => {
    const email = "plug@harbour.example";
    const stored = await writesTwentyOffline(email, (_demo, device, offline) => device.setOffline(offline));

    const second = await env.device();
    const demo = await second.tab();
    await demo.signIn(email);
    await untilEqual(
      "the second device shows them in order",
      async () => (await demo.shown()).map(({ key }) => key),
      stored.map(({ id }) => id),
    );
    assert.deepEqual(await demo.states(), ["synced"]);
    const { messages } = await demo.tables(await env.db.userId(email));
    assert.deepEqual(
      messages.map((message) => message.content),
      documents,
    );
  },
);

test(
  "twenty messages written with the app's offline switch survive a reload and are stored once and in order",
  LIMIT,
  async () => {
    await writesTwentyOffline("switch@harbour.example", (demo, _device, offline) => demo.simulateOffline(offline));
  },
);

test(
  "a chat created offline is stored with its messages, and the app opens offline after the browser was closed",
  LIMIT,
  async () => {
    const email = "begun@harbour.example";
    const device = await env.device();
    let demo = await device.tab();
    await demo.signIn(email);
    await demo.untilShellIsCached();
    await demo.simulateOffline(true);
    await demo.untilPill("offline");
    await demo.write("There is no chat yet, so this one makes it.");
    await demo.newSession();
    await demo.write("And a second one.");
    await until("a session waits for each", async () => (await demo.pill()).pending === 4);

    await device.close();
    await device.reopen();
    await device.setOffline(true);
    demo = await device.tab();
    await untilEqual(
      "the newest chat is open",
      async () => (await demo.shown()).map(({ text, state }) => ({ text, state })),
      [{ text: "And a second one.", state: "saved" }],
    );
    assert.deepEqual(await demo.pill(), { state: "offline", pending: 4, failed: 0 });

    await demo.simulateOffline(false);
    await device.setOffline(false);
    await untilEqual("everything is on the server", () => demo.pill(), DONE);
    const stored = await env.db.messages(email);
    assert.deepEqual(
      stored.map((message) => message.content),
      ["There is no chat yet, so this one makes it.", "And a second one."],
    );
    assert.equal(new Set(stored.map((message) => message.sessionId)).size, 2);
  },
);

test("NUL and half an emoji are replaced before they are enqueued", LIMIT, async () => {
  const email = "clean@harbour.example";
  const demo = await (await env.device()).tab();
  await demo.signIn(email);
  await demo.write("a\0b \ud83d c");
  await demo.untilPill("synced");
  assert.deepEqual(await env.db.texts(email), ["a\ufffdb \ufffd c"]);
});

test("two first messages that are written before their session exists share one session", LIMIT, async () => {
  const email = "at-once@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  // Both are sent in one task of the page, before IndexedDB has stored a session.
  await demo.find("composer").evaluate(async (/** @type {HTMLTextAreaElement} */ field) => {
    for (const text of ["ship", "ahoy"]) {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field, text);
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await Promise.resolve();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      await Promise.resolve();
    }
  });
  await until("both are there", async () => (await env.db.messages(email)).length === 2);
  const sessions = new Set((await env.db.messages(email)).map(({ sessionId }) => sessionId));
  assert.equal(sessions.size, 1);
  assert.deepEqual(await env.db.texts(email), ["ship", "ahoy"]);
});
