// Two browsers of one person, both online: what is written in one is on the other's screen without a reload, because the server says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until, untilEqual } from "./harness/until.mjs";
import { LIMIT, useWorld } from "./harness/world.mjs";

const world = useWorld();
const DONE = { state: "synced", pending: 0, failed: 0 };

/** Two devices on one chat. @param {string} email */
async function twoDevices(email) {
  const first = await (await world.device()).tab();
  await first.signIn(email);
  await first.newSession();
  await first.untilPill("synced");
  const second = await (await world.device()).tab();
  await second.signIn(email);
  await second.page.goto(`${world.server.url}/#/s/${await first.sessionKey()}`);
  await second.find("composer").waitFor();
  return { first, second };
}

/** @param {import("./harness/demo.mjs").Demo} demo */
const texts = async (demo) => (await demo.shown()).map(({ text }) => text);

test("a talk between two browsers is on both screens, line by line, in the server's order", LIMIT, async () => {
  const email = "live@harbour.example";
  const { first, second } = await twoDevices(email);
  // More lines than the poll could bring in the time of a test.
  const lines = Array.from({ length: 8 }, (_, index) => `Line ${index + 1}`);
  for (const [index, line] of lines.entries()) {
    const [writer, reader] = index % 2 === 0 ? [first, second] : [second, first];
    await writer.write(line);
    await untilEqual("the other browser shows it", () => texts(reader), lines.slice(0, index + 1));
  }
  const stored = (await world.db.messages(email)).map(({ id }) => id);
  for (const demo of [first, second]) {
    await untilEqual("nothing waits", () => demo.pill(), DONE);
    assert.deepEqual(
      (await demo.shown()).map(({ key }) => key),
      stored,
    );
  }
});

test("a chat that is made in either browser is in the other one's list", LIMIT, async () => {
  const { first, second } = await twoDevices("either@harbour.example");
  const chats = (/** @type {import("./harness/demo.mjs").Demo} */ demo) => demo.find("session-item").count();
  await first.newSession();
  await until("the new chat is there", async () => (await chats(second)) === 2);
  await second.newSession();
  await until("and the third", async () => (await chats(first)) === 3);
});

test("two browsers that both wrote offline agree when they are back", LIMIT, async () => {
  const email = "agree@harbour.example";
  const { first, second } = await twoDevices(email);
  for (const demo of [first, second]) await demo.simulateOffline(true);
  await first.writeAll(["from the first, one", "from the first, two"]);
  await second.writeAll(["from the second, one", "from the second, two"]);
  for (const demo of [first, second]) await demo.simulateOffline(false);
  await until("all is on the server", async () => (await world.db.messages(email)).length === 4);
  const stored = await world.db.texts(email);
  for (const demo of [first, second]) await untilEqual("both show the server's order", () => texts(demo), stored);
});
