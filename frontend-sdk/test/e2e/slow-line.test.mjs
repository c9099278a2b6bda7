// A line of 64 kbit/s with 3 s of latency: everything that was written arrives, and no frame says "synced" while something is on its way.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { watchEveryFrame } from "./harness/frame-monitor.mjs";
import { slowDown } from "./harness/slow-line.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { twoDevices } from "./harness/two-devices.mjs";
import { untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };
/** Random text can't be compressed much, so that its length is what the line brings. @param {number} characters */
const noise = (characters) => randomBytes(characters).toString("base64").slice(0, characters);

/** @param {import("./harness/demo.mjs").Demo} demo */
const keys = async (demo) => (await demo.shown()).map(({ key }) => key);

test("what two devices write on a slow line reaches both, in the server's order", LIMIT, async () => {
  const email = "slow@harbour.example";
  const { first, second } = await twoDevices(env, email);
  await second.untilPill("synced");
  for (const demo of [first, second]) await slowDown(demo);
  const monitors = [await watchEveryFrame(first), await watchEveryFrame(second)];

  // The larger one alone takes 2 s in each direction.
  const byFirst = ["From the first, one", noise(16_000), "From the first, two"];
  const bySecond = ["From the second, one", "From the second, two"];
  await Promise.all([first.writeAll(byFirst), second.writeAll(bySecond)]);
  for (const demo of [first, second]) assert.notEqual((await demo.pill()).state, "synced", "nothing can be there yet");

  await untilEqual("all is at the server", async () => (await env.db.texts(email)).length, 5);
  const stored = await env.db.messages(email);
  assert.deepEqual(
    stored.map(({ content }) => content).sort(),
    [...byFirst, ...bySecond].sort(),
    "each is stored once",
  );
  const ids = stored.map(({ id }) => id);
  for (const demo of [first, second]) {
    await untilEqual("this device has the server's rows", () => keys(demo), ids);
    await untilEqual("nothing waits", () => demo.pill(), DONE);
  }
  for (const monitor of monitors) {
    const { frames, violations } = await monitor.violations();
    assert.deepEqual(violations, []);
    assert.ok(frames > 60, `the monitor has looked at ${frames} frames`);
  }
});

test("a new device on a slow line says that it receives until it has everything", LIMIT, async () => {
  const email = "slow-start@harbour.example";
  const api = await Api.signIn(env.server, email);
  const { id } = await api.send("POST", "/api/chat/sessions", { title: "Log" });
  const createdAt = new Date().toISOString();
  const messages = Array.from({ length: 8 }, () => ({ sessionId: id, role: "user", content: noise(6_000), createdAt }));
  await api.send("POST", "/api/chat/messages/batch", { messages });

  const demo = await (await env.device()).tab();
  await slowDown(demo);
  await demo.signIn(email);
  const monitor = await watchEveryFrame(demo, { messages: messages.length });
  await demo.untilPill("receiving");
  await untilEqual("everything is there", () => demo.pill(), DONE);
  assert.equal((await demo.shown()).length, messages.length);
  assert.deepEqual((await monitor.violations()).violations, []);
});
