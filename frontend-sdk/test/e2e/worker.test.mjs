// The service worker's part: it sends what waits when no tab is left, and keeps out of the way of a tab that is there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fireBackgroundSync } from "./harness/background-sync.mjs";
import { until, untilEqual } from "./harness/until.mjs";
import { LIMIT, useWorld } from "./harness/world.mjs";

const world = useWorld();
/** Well below the 25 s that the worker may run. */
const SOON_MS = 8_000;
const texts = ["Written while the server was away.", "And then the tab was closed."];

/** Two messages that wait for a server which is down. @param {string} email */
async function twoWaiting(email) {
  const device = await world.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  await demo.untilShellIsKept();
  await world.server.kill();
  await demo.writeAll(texts);
  await untilEqual("both wait", () => demo.pill(), { state: "offline", pending: 2, failed: 0 });
  return { device, demo };
}

test("what waits is sent after the last tab was closed, when the browser wakes the service worker", LIMIT, async () => {
  const email = "no-tab-left@harbour.example";
  const { device, demo } = await twoWaiting(email);
  const elsewhere = await device.context.newPage();
  await demo.page.close();
  await world.server.restart();
  await fireBackgroundSync(elsewhere, world.server.url);
  await untilEqual("both are on the server", () => world.db.texts(email), texts);

  const again = await device.tab();
  await untilEqual("the next tab finds nothing to do", () => again.pill(), { state: "synced", pending: 0, failed: 0 });
  await untilEqual("and shows both as synced", () => again.states(), ["synced"]);
  assert.deepEqual([...device.deliveries.values()], [1, 1], "each was in one request");
});

test("a page that is reloaded during an outage sends for itself as soon as the server is back", LIMIT, async () => {
  const email = "reloaded@harbour.example";
  const { demo } = await twoWaiting(email);
  await demo.page.reload();
  await demo.find("composer").waitFor();
  await until("the page leads, not the worker", () => demo.leads(), SOON_MS);
  await world.server.restart();
  await untilEqual("both are on the server", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
  assert.deepEqual(await world.db.texts(email), texts);
});
