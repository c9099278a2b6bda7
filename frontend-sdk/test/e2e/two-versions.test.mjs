// Two versions of an application side by side, in two tabs of one browser: the newer one has a further table and a further kind of rows. Neither waits
// for the other, and nothing that either has written is lost.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api } from "./harness/api.mjs";
import { goOffline, hasStarted, pageOf, signIn, status, tags, useSdkPages } from "./harness/sdk-pages.mjs";
import { LIMIT } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useSdkPages();
afterEach(async () => {
  assert.deepEqual(await env.tearDown(), [], "a page logged an error");
});

/** Runs in the page: writes a row. @param {{ of: string, id: string }} row */
const put = async ({ of, id }) => {
  const { landfall } = /** @type {any} */ (window);
  await landfall.collections[of].put({ id, name: id });
};

const DONE = { state: "synced", pending: 0, failed: 0 };

/** The keys of a person's rows at the server. @param {string} email @param {string} collection @returns {Promise<string[]>} */
async function atServer(email, collection) {
  const api = await Api.signIn(env.server, email);
  const { changes } = await api.send("GET", `/api/sync/changes?collections=${collection}`);
  return changes.map((/** @type {{ key: string }} */ { key }) => key).sort();
}

test("both versions write at once, and each has what the other has written", LIMIT, async () => {
  const email = "side-by-side@harbour.example";
  const device = await env.device();
  const open = async (/** @type {import("./harness/sdk-pages.mjs").Version} */ version) => {
    const page = await device.context.newPage();
    await page.goto(env.server.url + pageOf(version));
    await until("the client has started", () => page.evaluate(hasStarted));
    return page;
  };
  const earlier = await open("earlier");
  await earlier.evaluate(signIn, email);
  await earlier.evaluate(goOffline, true);
  await earlier.evaluate(put, { of: "tags", id: "earlier, offline" });

  const present = await open("present");
  await untilEqual("the newer version has the unsent row", () => present.evaluate(tags), ["earlier, offline"]);
  await untilEqual("and counts it", async () => (await present.evaluate(status)).pending, 1);
  await present.evaluate(put, { of: "tags", id: "present, offline" });
  await present.evaluate(put, { of: "mods", id: "unknown to the other" });
  await earlier.evaluate(put, { of: "tags", id: "earlier, beside" });
  await earlier.evaluate(goOffline, false);

  const written = ["earlier, beside", "earlier, offline", "present, offline"];
  await untilEqual("what both know is sent, whichever leads", () => atServer(email, "tags"), written);
  for (const page of [earlier, present]) await untilEqual("each has all", () => page.evaluate(tags), written);
  // The tab that leads doesn't know this kind. What it can't send is never lost.
  await earlier.close();
  await untilEqual("the newer one sends it", () => atServer(email, "mods"), ["unknown to the other"]);
  await untilEqual("nothing waits", () => present.evaluate(status), DONE);

  await present.close();
  const again = await open("earlier");
  assert.deepEqual(await again.evaluate(tags), written, "the earlier version opens what the newer one has left");
  await again.evaluate(put, { of: "tags", id: "earlier, again" });
  await untilEqual("and sends", () => atServer(email, "tags"), ["earlier, again", ...written]);
});
