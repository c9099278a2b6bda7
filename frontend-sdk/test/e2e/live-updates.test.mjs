// Two browsers of one user, both online: each shows the other's writes without a reload, through the event stream.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { twoDevices } from "./harness/two-devices.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };

/** @param {import("./harness/demo.mjs").Demo} demo */
const texts = async (demo) => (await demo.shown()).map(({ text }) => text);

test("messages of two browsers appear on both screens in the server's order", LIMIT, async () => {
  const email = "live@harbour.example";
  const { first, second } = await twoDevices(env, email);
  // The poll would be too slow for this number of lines.
  const lines = Array.from({ length: 8 }, (_, index) => `Line ${index + 1}`);
  for (const [index, line] of lines.entries()) {
    const [writer, reader] = index % 2 === 0 ? [first, second] : [second, first];
    await writer.write(line);
    await untilEqual("the other browser shows it", () => texts(reader), lines.slice(0, index + 1));
  }
  const stored = (await env.db.messages(email)).map(({ id }) => id);
  for (const demo of [first, second]) {
    await untilEqual("nothing waits", () => demo.pill(), DONE);
    assert.deepEqual(
      (await demo.shown()).map(({ key }) => key),
      stored,
    );
  }
});

test("a chat that one browser creates appears in the other's list", LIMIT, async () => {
  const { first, second } = await twoDevices(env, "either@harbour.example");
  const chats = (/** @type {import("./harness/demo.mjs").Demo} */ demo) => demo.find("session-item").count();
  await first.newSession();
  await until("the new chat is there", async () => (await chats(second)) === 2);
  await second.newSession();
  await until("and the third", async () => (await chats(first)) === 3);
});

test("two browsers that wrote offline show the same order after the reconnection", LIMIT, async () => {
  const email = "agree@harbour.example";
  const { first, second } = await twoDevices(env, email);
  for (const demo of [first, second]) await demo.simulateOffline(true);
  await first.writeAll(["from the first, one", "from the first, two"]);
  await second.writeAll(["from the second, one", "from the second, two"]);
  for (const demo of [first, second]) await demo.simulateOffline(false);
  await until("all is on the server", async () => (await env.db.messages(email)).length === 4);
  const stored = await env.db.texts(email);
  for (const demo of [first, second]) await untilEqual("both show the server's order", () => texts(demo), stored);
});
