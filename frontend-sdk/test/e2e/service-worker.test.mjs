// The service worker sends what waits when no tab is left, and leaves the outbox to an open tab.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fireBackgroundSync } from "./harness/background-sync.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();
/** Well below the 25 s that the worker may run. */
const SOON_MS = 8_000;
const texts = ["Written while the server was away.", "And then the tab was closed."];

/** Writes two messages while the server is down. @param {string} email */
async function twoWaiting(email) {
  const device = await env.device();
  const demo = await device.tab();
  await demo.signIn(email);
  await demo.newSession();
  await demo.untilPill("synced");
  await demo.untilShellIsCached();
  await env.server.kill();
  await demo.writeAll(texts);
  await untilEqual("both wait", () => demo.pill(), { state: "offline", pending: 2, failed: 0 });
  return { device, demo };
}

test("the service worker sends what waits after the last tab was closed", LIMIT, async () => {
  const email = "no-tab-left@harbour.example";
  const { device, demo } = await twoWaiting(email);
  const elsewhere = await device.context.newPage();
  await demo.page.close();
  await env.server.restart();
  await fireBackgroundSync(elsewhere, env.server.url);
  await untilEqual("both are on the server", () => env.db.texts(email), texts);

  const again = await device.tab();
  await untilEqual("the next tab finds nothing to do", () => again.pill(), { state: "synced", pending: 0, failed: 0 });
  await untilEqual("and shows both as synced", () => again.states(), ["synced"]);
  assert.deepEqual([...device.deliveries.values()], [1, 1], "each was in one request");
});

test("a page that is reloaded during an outage sends by itself when the server is back", LIMIT, async () => {
  const email = "reloaded@harbour.example";
  const { demo } = await twoWaiting(email);
  await demo.page.reload();
  await demo.find("composer").waitFor();
  await until("the page leads, not the worker", () => demo.leads(), SOON_MS);
  await env.server.restart();
  await untilEqual("both are on the server", () => demo.pill(), { state: "synced", pending: 0, failed: 0 });
  assert.deepEqual(await env.db.texts(email), texts);
});
