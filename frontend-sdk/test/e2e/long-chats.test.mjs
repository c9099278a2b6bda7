// A chat that is much longer than the screen: a window of it is drawn, and scrolling back loads the rest. The time to
// show a new message is printed beside that of a short chat.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

/** @param {number} number */
const text = (number) => `Entry ${number} of the log`;

/** Creates a chat with `count` messages, as another device does. @param {string} email @param {number} count */
async function fill(email, count) {
  const api = await Api.signIn(env.server, email);
  const { id: sessionId } = await api.send("POST", "/api/chat/sessions", { title: "Log" });
  const createdAt = new Date().toISOString();
  for (let at = 0; at < count; at += 400) {
    const numbers = Array.from({ length: Math.min(400, count - at) }, (_, index) => at + index);
    const messages = numbers.map((number) => ({ sessionId, role: "user", content: text(number), createdAt }));
    await api.send("POST", "/api/chat/messages/batch", { messages });
  }
}

/** Scrolls to the oldest message that is drawn. @param {import("./harness/demo.mjs").Demo} demo */
const scrollUp = (demo) => demo.page.locator("section.messages").evaluate((box) => box.scrollTo(0, -box.scrollHeight));

/** Scrolls back until the first message of the chat is drawn. @param {import("./harness/demo.mjs").Demo} demo */
async function readToTheBeginning(demo) {
  const first = demo.find("message").filter({ hasText: /^Entry 0 of/ });
  await until(
    "the beginning is there",
    async () => {
      await scrollUp(demo);
      return (await first.count()) === 1;
    },
    60_000,
  );
}

/** The numbers of the drawn messages. @param {import("./harness/demo.mjs").Demo} demo */
const drawn = async (demo) => (await demo.shown()).map((message) => Number(/\d+/.exec(message.text)?.[0]));

/** @param {number} from @param {number} to */
const numbers = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);

test("a long chat is drawn in steps, offline too, and without a gap", LIMIT, async () => {
  const email = "steps@harbour.example";
  await fill(email, 400);
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.untilShellIsCached();
  await readToTheBeginning(demo);
  assert.deepEqual(await drawn(demo), numbers(0, 400));

  await device.setOffline(true);
  await demo.page.reload();
  await untilEqual("the end is drawn", () => drawn(demo), numbers(280, 400));
  await scrollUp(demo);
  await untilEqual("a step more", () => drawn(demo), numbers(160, 400));
  await readToTheBeginning(demo);
  assert.deepEqual(await drawn(demo), numbers(0, 400));
});

test(
  "a message in a chat of 1,200 appears and is stored, and its time is printed beside a short chat's",
  LIMIT,
  async () => {
    const email = "log@harbour.example";
    await fill(email, 1_200);
    const demo = await (await env.device()).tab();
    await demo.signIn(email);
    await readToTheBeginning(demo);
    await demo.page.reload();
    await untilEqual("the end is drawn", async () => (await drawn(demo)).length, 120);
    const inLong = await demo.writeAll(numbers(0, 20).map((number) => `In the long one, ${number}`));
    await demo.newSession();
    const inShort = await demo.writeAll(numbers(0, 20).map((number) => `In the short one, ${number}`));
    for (const [where, times] of Object.entries({ "1,200 messages": inLong, "a short session": inShort })) {
      const sorted = times.toSorted((a, b) => a - b);
      console.log(
        `  key to element in ${where}: ${sorted[10]?.toFixed(1)} ms (median), ${sorted.at(-1)?.toFixed(1)} ms at most`,
      );
    }
    await untilEqual("all is on the server", async () => (await env.db.messages(email)).length, 1_240);
  },
);
