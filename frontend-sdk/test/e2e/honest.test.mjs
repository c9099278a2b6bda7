// The app never says more than it knows: nothing is "synced" before the server has it, and what was refused says so, with its reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { until, untilEqual } from "./harness/until.mjs";
import { watchEveryFrame } from "./harness/witness.mjs";
import { LIMIT, useWorld } from "./harness/world.mjs";

const world = useWorld();
const DONE = { state: "synced", pending: 0, failed: 0 };

/** Every message that the page calls synced is in PostgreSQL. @param {import("./harness/demo.mjs").Demo} demo @param {string} email */
async function claimsHold(demo, email) {
  const claimed = (await demo.shown()).filter(({ state }) => state === "synced");
  // Asked after the look at the page: what is claimed must have been there already.
  const stored = new Set((await world.db.messages(email)).map(({ id }) => id));
  assert.deepEqual(
    claimed.filter(({ key }) => !stored.has(key)),
    [],
  );
}

test("through outages of every kind, no frame says synced before the server has it", LIMIT, async () => {
  const email = "every-frame@harbour.example";
  const { db, server } = world;
  const device = await world.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  const witness = await watchEveryFrame(demo);

  /** @type {string[]} */
  const written = [];
  const write = async (/** @type {string} */ text) => {
    written.push(text);
    await demo.write(text);
    assert.notEqual((await demo.pill()).state, "synced", "the last message can't be there yet");
    await claimsHold(demo, email);
  };
  const untilAllThere = () =>
    until("all of it is on the server", async () => {
      await claimsHold(demo, email);
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
  const { frames, lies } = await witness.lies();
  assert.deepEqual(lies, []);
  assert.ok(frames > 60, `the witness has looked at ${frames} frames`);
});

test("messages to a chat deleted elsewhere fail with a reason and can be discarded", LIMIT, async () => {
  const email = "deleted-elsewhere@harbour.example";
  const device = await world.device();
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
  const elsewhere = await Api.signIn(world.server, email);
  await elsewhere.send("DELETE", `/api/chat/sessions/${sessionId}`);
  await device.setOffline(false);

  await untilEqual("both have failed", () => demo.pill(), { state: "failed", pending: 0, failed: 2 });
  await untilEqual("each says so, and what was there is gone", () => demo.states(), ["failed"]);
  const message = (/** @type {string} */ text) => demo.find("message").filter({ hasText: text });
  for (const text of [first, second])
    assert.match(await message(text).locator('[data-testid="message-state"]').innerText(), /deleted/i);
  assert.match(await demo.panelText(), /deleted/i);
  await demo.page.keyboard.press("Escape");
  assert.deepEqual(await world.db.texts(email), [], "the chat is gone with its messages");

  await message(first).locator('[data-testid="retry"]').click();
  await until("it was sent again", () => [...device.deliveries.values()].includes(2));
  await untilEqual("a retry fails the same way", () => demo.pill(), { state: "failed", pending: 0, failed: 2 });
  await message(first).locator('[data-testid="discard"]').click();
  await untilEqual("one is left", () => demo.pill(), { state: "failed", pending: 0, failed: 1 });
  assert.equal(await message(first).count(), 0);
  await message(second).locator('[data-testid="discard"]').click();
  await untilEqual("nothing is left to say", () => demo.pill(), DONE);
  assert.equal(await message(second).count(), 0);
  assert.deepEqual((await demo.tables(await world.db.userId(email))).queue, []);
});

test("a chat that fails doesn't hold the others up", LIMIT, async () => {
  const email = "others-go-on@harbour.example";
  const device = await world.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  const doomed = await demo.sessionKey();
  await device.setOffline(true);
  await demo.write("Into a chat that will be gone.");
  await demo.newSession();
  await demo.write("Into a new one.");
  await (await Api.signIn(world.server, email)).send("DELETE", `/api/chat/sessions/${doomed}`);
  await device.setOffline(false);
  await untilEqual("the other is through", () => demo.pill(), { state: "failed", pending: 0, failed: 1 });
  assert.deepEqual(await world.db.texts(email), ["Into a new one."]);
  assert.deepEqual(await demo.states(), ["synced"]);

  const inList = demo.page.locator(`[data-testid="session-item"][data-key="${doomed}"]`);
  assert.equal(await inList.getAttribute("data-state"), "failed", "its chat doesn't look synced in the list");
  assert.match(await inList.innerText(), /1 message not sent/);
  await demo.panelText();
  const entry = demo.find("failed-entry");
  assert.match(await entry.innerText(), /Into a chat that will be gone\.[\s\S]*deleted/i);
  await entry.locator('[data-testid="discard"]').click();
  await untilEqual("nothing is left to say", () => demo.pill(), DONE);
  assert.equal(await entry.count(), 0);
  await until("the chat goes with its last unsent message", async () => (await inList.count()) === 0);
});
