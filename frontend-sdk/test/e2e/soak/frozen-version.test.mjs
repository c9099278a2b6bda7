// An earlier version of the application in a tab that the browser has frozen. The newer version upgrades the database and works, and the earlier one does
// no damage when it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../harness/api.mjs";
import { openRawBrowser } from "../harness/raw-browser.mjs";
import { goOffline, hasStarted, pageOf, signIn, status, tags, useSdkPages } from "../harness/sdk-pages.mjs";
import { LIMIT } from "../harness/test-environment.mjs";
import { until, untilEqual } from "../harness/until.mjs";

const env = useSdkPages();

/** Runs in the page: writes a row. @param {string} of @param {string} id */
const put = async (of, id) => {
  await /** @type {any} */ (window).landfall.collections[of].put({ id, name: id });
};
/** Runs in the page: the version of the user's database. @returns {Promise<number>} */
const version = async () => {
  const all = await indexedDB.databases();
  return all.find(({ name }) => name?.startsWith("two-versions-"))?.version ?? 0;
};

const DONE = { state: "synced", pending: 0, failed: 0 };

/** The rows of a person at the server: each key with the number of its writes. @param {string} email @param {string} collection */
async function atServer(email, collection) {
  const api = await Api.signIn(env.server, email);
  const { changes } = await api.send("GET", `/api/sync/changes?collections=${collection}`);
  /** @type {{ key: string, revision: number }[]} */
  const rows = changes;
  return Object.fromEntries(rows.map(({ key, revision }) => [key, revision]));
}

test(
  "a newer version opens beside a frozen earlier one, and both have everything when it goes on",
  LIMIT,
  async (context) => {
    const email = "frozen-version@harbour.example";
    const browser = await openRawBrowser();
    context.after(() => browser.close());
    const earlier = await browser.tab(env.server.url + pageOf("earlier"));
    await until("the earlier version has started", () => earlier.evaluate(hasStarted));
    await earlier.evaluate(signIn, email);
    await untilEqual("it has synced", () => earlier.evaluate(status), DONE);
    await earlier.evaluate(goOffline, true);
    await earlier.evaluate(put, "tags", "earlier, unsent");
    const before = await earlier.evaluate(version);
    // Another tab comes to the front. What the earlier one stores because it is hidden now is stored before it is frozen.
    await browser.tab("about:blank");
    await until("the earlier version is hidden", () => earlier.evaluate(() => document.visibilityState === "hidden"));
    await earlier.untilAtRest();
    await earlier.freeze();

    const present = await browser.tab(env.server.url + pageOf("present"));
    await until("the newer version has started", () => present.evaluate(hasStarted));
    await untilEqual("it has the unsent row", () => present.evaluate(tags), ["earlier, unsent"]);
    assert.ok((await present.evaluate(version)) > before, "it has upgraded the database");
    await present.evaluate(put, "tags", "present");
    await present.evaluate(put, "mods", "unknown to the other");
    await present.evaluate(goOffline, false);
    await untilEqual("it sends", () => present.evaluate(status), DONE);
    const sent = { "earlier, unsent": 1, present: 1 };
    assert.deepEqual(await atServer(email, "tags"), sent);

    await earlier.unfreeze();
    await untilEqual("the thawed version has all", () => earlier.evaluate(tags), Object.keys(sent));
    await earlier.evaluate(put, "tags", "earlier, thawed");
    const all = { ...sent, "earlier, thawed": 1 };
    await untilEqual("what it writes is sent, and nothing twice", () => atServer(email, "tags"), all);
    for (const tab of [earlier, present]) {
      await untilEqual("each has all", () => tab.evaluate(tags), Object.keys(all).sort());
      await untilEqual("nothing waits", () => tab.evaluate(status), DONE);
    }
    assert.deepEqual(await atServer(email, "mods"), { "unknown to the other": 1 });
  },
);
