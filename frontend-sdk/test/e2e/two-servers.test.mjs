// Two server processes on one database, with a browser at each. PostgreSQL carries the events between them, and killing
// either server loses nothing.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Device } from "./harness/browser.mjs";
import { Server } from "./harness/server.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
const DONE = { state: "synced", pending: 0, failed: 0 };
/** @type {Server | undefined} */
let started;

/** The second server, on the first one's database. */
async function further() {
  const DATABASE_URL = `host='${env.server.socketDir}' user=landfall dbname=landfall`;
  started ??= await Server.start({ settings: { DATABASE_URL } });
  return started;
}

after(() => started?.stop());

/** One user's chat in two browsers, each at its own server. @param {string} email */
async function atBoth(email) {
  const here = await (await env.device()).tab();
  await here.signIn(email);
  await here.newSession();
  await here.untilPill("synced");
  const server = await further();
  const device = await Device.open(server);
  const there = await device.tab();
  await there.signIn(email);
  await there.page.goto(`${server.url}/#/s/${await here.sessionKey()}`);
  await there.find("composer").waitFor();
  return { here, there, device };
}

/** @param {import("./harness/demo.mjs").Demo} demo */
const texts = async (demo) => (await demo.shown()).map(({ text }) => text);

test("a message written at one server appears in a browser at the other", LIMIT, async () => {
  const { here, there, device } = await atBoth("two-servers@harbour.example");
  // The poll would be too slow for this number of lines.
  const lines = Array.from({ length: 8 }, (_, index) => `Line ${index + 1}`);
  for (const [index, line] of lines.entries()) {
    const [writer, reader] = index % 2 === 0 ? [here, there] : [there, here];
    await writer.write(line);
    await untilEqual("the other browser shows it", () => texts(reader), lines.slice(0, index + 1));
  }
  await device.dispose();
});

test("every message is stored once if either server is killed while both browsers write", LIMIT, async () => {
  const email = "two-deaths@harbour.example";
  const { here, there, device } = await atBoth(email);
  const expected = new Set();
  const bothWrite = async (/** @type {string} */ when) => {
    for (const [demo, who] of /** @type {const} */ ([
      [here, "here"],
      [there, "there"],
    ])) {
      expected.add(`${who}, ${when}`);
      await demo.write(`${who}, ${when}`);
    }
  };
  for (const server of [await further(), env.server]) {
    await bothWrite(`before ${server.port}`);
    await server.kill();
    await bothWrite(`while ${server.port} is dead`);
    await server.restart();
  }
  await until("all is stored", async () => (await env.db.messages(email)).length >= expected.size);
  const stored = await env.db.texts(email);
  assert.equal(stored.length, expected.size, "nothing twice");
  assert.deepEqual(new Set(stored), expected);
  for (const demo of [here, there]) {
    await untilEqual("the screen shows the server's order", () => texts(demo), stored);
    await untilEqual("nothing waits", () => demo.pill(), DONE);
  }
  await device.dispose();
});
