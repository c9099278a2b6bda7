// The app shows "synced" only for what the server has stored, and shows rejected messages with their reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { watchEveryFrame } from "./harness/frame-monitor.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };

/** Asserts that every message with the state synced is in PostgreSQL. @param {import("./harness/demo.mjs").Demo} demo @param {string} email */
async function assertSyncedIsStored(demo, email) {
  const shownAsSynced = (await demo.shown()).filter(({ state }) => state === "synced");
  // PostgreSQL is read after the page, so that every message shown as synced must be stored already.
  const stored = new Set((await env.db.messages(email)).map(({ id }) => id));
  assert.deepEqual(
    shownAsSynced.filter(({ key }) => !stored.has(key)),
    [],
  );
}

test("no frame shows synced before the server has the message, through outages of every kind", LIMIT, async () => {
  const email = "every-frame@harbour.example";
  const { db, server } = env;
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  const watcher = await watchEveryFrame(demo);

  /** @type {string[]} */
  const written = [];
  const write = async (/** @type {string} */ text) => {
    written.push(text);
    await demo.write(text);
    assert.notEqual((await demo.pill()).state, "synced", "the last message can't be there yet");
    await assertSyncedIsStored(demo, email);
  };
  const untilAllThere = () =>
    until("all of it is on the server", async () => {
      await assertSyncedIsStored(demo, email);
      return (await demo.pill()).state === "synced" && (await db.messages(email)).length === written.length;
    });

  for (const text of ["calm", "sea"]) await write(text);
  await untilAllThere();
  await demo.simulateOffline(true);
  await write("behind the switch");
  await demo.simulateOffline(false);
  await untilAllThere();
  await device.setOffline(true);
  await write("without a network");
  await device.setOffline(false);
  await untilAllThere();
  const held = await db.holdWrites(email);
  await write("while the database is slow");
  await held.untilPushWaits();
  await server.kill();
  await held.release();
  await write("while there is no server");
  await server.restart();
  await untilAllThere();

  assert.deepEqual(await db.texts(email), written);
  const { frames, violations } = await watcher.violations();
  assert.deepEqual(violations, []);
  assert.ok(frames > 60, `the watcher has looked at ${frames} frames`);
});

test("messages to a chat deleted elsewhere fail with a reason and can be discarded", LIMIT, async () => {
  const email = "deleted-elsewhere@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.write("This one arrives.");
  await untilEqual("it has arrived", () => demo.pill(), DONE);
  const sessionId = await demo.sessionKey();

  await device.setOffline(true);
  await demo.untilPill("offline");
  const [first, second] = ["Too late, one.", "Too late, two."];
  await demo.writeAll([first, second]);
  const elsewhere = await Api.signIn(env.server, email);
  await elsewhere.send("DELETE", `/api/chat/sessions/${sessionId}`);
  await device.setOffline(false);

  await untilEqual("both have failed", () => demo.pill(), { state: "failed", pending: 0, failed: 2 });
  await untilEqual("each state is failed", () => demo.states(), ["failed"]);
  const message = (/** @type {string} */ text) => demo.find("message").filter({ hasText: text });
  for (const text of [first, second])
    await until("the message has its reason", async () =>
      /deleted/i.test(await message(text).locator('[data-testid="message-state"]').innerText()),
    );
  await until("the panel has the reason", async () => /deleted/i.test(await demo.panelText()));
  await demo.page.keyboard.press("Escape");
  assert.deepEqual(await env.db.texts(email), [], "the chat is gone with its messages");

  await message(first).locator('[data-testid="retry"]').click();
  await until("it was sent again", () => [...device.deliveries.values()].includes(2));
  await untilEqual("a retry fails the same way", () => demo.pill(), { state: "failed", pending: 0, failed: 2 });
  await message(first).locator('[data-testid="discard"]').click();
  await untilEqual("one is left", () => demo.pill(), { state: "failed", pending: 0, failed: 1 });
  assert.equal(await message(first).count(), 0);
  await message(second).locator('[data-testid="discard"]').click();
  await untilEqual("the status is synced", () => demo.pill(), DONE);
  assert.equal(await message(second).count(), 0);
  assert.deepEqual((await demo.tables(await env.db.userId(email))).queue, []);
});

test("a failed chat does not delay other chats", LIMIT, async () => {
  const email = "others-go-on@harbour.example";
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  const doomed = await demo.sessionKey();
  await device.setOffline(true);
  await demo.write("Into a chat that will be gone.");
  await demo.newSession();
  await demo.write("Into a new one.");
  await (await Api.signIn(env.server, email)).send("DELETE", `/api/chat/sessions/${doomed}`);
  await device.setOffline(false);
  await untilEqual("the other is through", () => demo.pill(), { state: "failed", pending: 0, failed: 1 });
  assert.deepEqual(await env.db.texts(email), ["Into a new one."]);
  assert.deepEqual(await demo.states(), ["synced"]);

  const inList = demo.page.locator(`[data-testid="session-item"][data-key="${doomed}"]`);
  assert.equal(await inList.getAttribute("data-state"), "failed", "its chat doesn't look synced in the list");
  assert.match(await inList.innerText(), /1 message not sent/);
  await demo.panelText();
  const entry = demo.find("failed-entry");
  assert.match(await entry.innerText(), /Into a chat that will be gone\.[\s\S]*deleted/i);
  await entry.locator('[data-testid="discard"]').click();
  await untilEqual("the status is synced", () => demo.pill(), DONE);
  assert.equal(await entry.count(), 0);
  await until("the chat goes with its last unsent message", async () => (await inList.count()) === 0);
});

test(
  "a waiting message marks its chat in the list, and a sign-out asks before it leaves it behind",
  LIMIT,
  async () => {
    const device = await env.device();
    const demo = await device.tab();
    await demo.signIn("left-behind@harbour.example");
    await demo.newSession();
    await demo.write("This one arrives.");
    await untilEqual("it has arrived", () => demo.pill(), DONE);
    const chat = demo.find("session-item");
    await untilEqual("the chat is synced", () => chat.getAttribute("data-state"), "synced");

    await device.setOffline(true);
    await demo.write("This one waits.");
    await untilEqual("the chat waits", () => chat.getAttribute("data-state"), "saved");
    assert.match(await chat.innerText(), /1 message saved here/);
    await demo.find("sign-out").click();
    const question = demo.page.getByRole("dialog", { name: "One change is not sent yet" });
    await question.getByRole("button", { name: "Cancel" }).click();
    assert.ok(await demo.find("composer").isVisible(), "the user is still signed in");
    await device.setOffline(false);
    await untilEqual("it is sent", () => demo.pill(), DONE);
    await untilEqual("the chat is synced again", () => chat.getAttribute("data-state"), "synced");
    await demo.signOut();
  },
);

test("a new device says that it receives until the last page is there", LIMIT, async () => {
  const email = "many-rows@harbour.example";
  const api = await Api.signIn(env.server, email);
  const { id } = await api.send("POST", "/api/chat/sessions", { title: "Long" });
  const createdAt = new Date().toISOString();
  const messages = Array.from({ length: 300 }, (_, index) => ({
    sessionId: id,
    role: "user",
    content: `line ${index}`,
    createdAt,
  }));
  for (let from = 0; from < 300; from += 100)
    await api.send("POST", "/api/chat/messages/batch", { messages: messages.slice(from, from + 100) });

  const device = await env.device();
  const demo = await device.tab();
  let pages = 0;
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await device.context.route(/\/api\/sync\/changes/, async (route) => {
    pages += 1;
    if (pages === 2) await held;
    await route.continue();
  });
  await demo.signIn(email);
  await until("the second page is asked for", () => pages === 2);
  await demo.untilPill("receiving");
  assert.match(await demo.find("sync-pill").innerText(), /Receiving, \d+ so far/);
  release();
  await untilEqual("everything is there", () => demo.pill(), DONE);
});
