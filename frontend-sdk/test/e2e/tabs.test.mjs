// Two tabs of one browser profile share one outbox and one sender, whichever tab writes or closes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

/** Two tabs with the same chat open. @param {string} email */
async function twoTabs(email) {
  const device = await env.device();
  const first = await device.tab();
  await first.signIn(email);
  await first.newSession();
  await first.untilPill("synced");
  const second = await device.tab(`/#/s/${await first.sessionKey()}`);
  await second.find("composer").waitFor();
  return { device, first, second };
}

/** @param {string} who @param {number} count */
const lines = (who, count) => Array.from({ length: count }, (_, index) => `${who} writes line ${index + 1}`);

/**
 * Waits until both tabs show the server's rows. Each text must be stored once, in the order of its tab.
 * @param {string} email @param {import("./harness/demo.mjs").Demo[]} tabs @param {string[][]} written
 */
async function untilOnceInBoth(email, tabs, ...written) {
  for (const tab of tabs)
    await untilEqual("nothing waits", () => tab.pill(), { state: "synced", pending: 0, failed: 0 });
  const stored = await env.db.messages(email);
  assert.equal(stored.length, written.flat().length);
  for (const texts of written) {
    assert.deepEqual(
      stored.map(({ content }) => content).filter((content) => texts.includes(content)),
      texts,
    );
  }
  const ids = stored.map(({ id }) => id);
  for (const tab of tabs)
    await untilEqual("this tab shows all of them", async () => (await tab.shown()).map(({ key }) => key), ids);
  return stored;
}

test("two tabs that write at once, online and offline, send every message once", LIMIT, async () => {
  const email = "two-tabs@harbour.example";
  const { device, first, second } = await twoTabs(email);
  const [online1, online2] = [lines("the first tab", 9), lines("the second tab", 9)];
  await Promise.all([first.writeAll(online1), second.writeAll(online2)]);
  await untilOnceInBoth(email, [first, second], online1, online2);

  await device.setOffline(true);
  await Promise.all([first.untilPill("offline"), second.untilPill("offline")]);
  const [offline1, offline2] = [lines("offline, the first", 9), lines("offline, the second", 9)];
  await Promise.all([first.writeAll(offline1), second.writeAll(offline2)]);
  await untilEqual(
    "both count all",
    async () => [await first.pill(), await second.pill()],
    Array(2).fill({ state: "offline", pending: 18, failed: 0 }),
  );
  await device.setOffline(false);
  const stored = await untilOnceInBoth(email, [first, second], online1, online2, offline1, offline2);

  const sent = Object.fromEntries(device.deliveries);
  assert.deepEqual(sent, Object.fromEntries(stored.map(({ tempId }) => [tempId, 1])), "each was in one request");
});

test("the messages of a tab are sent after the sending tab was closed", LIMIT, async () => {
  const email = "leader-gone@harbour.example";
  const { device, first, second } = await twoTabs(email);
  await until("one tab leads", async () => (await first.leads()) !== (await second.leads()));
  const [leader, follower] = (await first.leads()) ? [first, second] : [second, first];

  const held = await env.db.holdWrites(email);
  const [byLeader, byFollower] = [lines("the leader", 8), lines("the follower", 8)];
  await Promise.all([leader.writeAll(byLeader), follower.writeAll(byFollower)]);
  // A message that the other tab shows is stored. A tab that closes earlier may still be writing.
  await untilEqual("the follower shows all", async () => (await follower.shown()).length, 16);
  await held.untilPushWaits();
  await leader.page.close();
  await until("the other tab leads", () => follower.leads());
  await untilEqual("no message is shown as synced", async () => (await follower.states()).includes("synced"), false);
  await held.release();

  await untilOnceInBoth(email, [follower], byLeader, byFollower);
  const after = lines("the new leader", 3);
  await follower.writeAll(after);
  await untilOnceInBoth(email, [follower], byLeader, byFollower, after);
  assert.ok(
    [...device.deliveries.values()].every((count) => count === 1),
    "no request got a second answer",
  );
});

test("a message is timed until it is on screen itself, regardless of another tab's messages", LIMIT, async () => {
  const { first, second } = await twoTabs("stopwatch@harbour.example");
  await first.write("An earlier one.");
  const stopwatch = await first.stopwatch("```js\nmine\n```");
  // The field is empty. This Enter only starts the watch.
  await first.find("composer").press("Enter");
  await second.write("Another tab's.");
  await untilEqual(
    "all is on screen under the server's ids",
    async () => (await first.shown()).map(({ text, key }) => [text, key.startsWith("temp-")]),
    [
      ["An earlier one.", false],
      ["Another tab's.", false],
    ],
  );
  assert.equal(await stopwatch.evaluate(({ stopped }) => stopped), false);
  await first.write("```js\nmine\n```");
  assert.ok((await stopwatch.evaluate(({ ms }) => ms)) > 0);
});

test("the offline switch and a sign-out apply to both tabs", LIMIT, async () => {
  const { first, second } = await twoTabs("both-tabs@harbour.example");
  await first.simulateOffline(true);
  await second.untilPill("offline");
  assert.equal(await second.find("offline-switch").isChecked(), true);
  await second.simulateOffline(false);
  await first.untilPill("synced");
  await first.signOut();
  await second.find("sign-in-email").waitFor();
});

test("one session check serves all tabs, and the end of a session shows in each", LIMIT, async () => {
  const { device, first, second } = await twoTabs("asked-once@harbour.example");
  let checks = 0;
  device.context.on("request", (request) => {
    // A service worker that the browser starts checks the session like a new tab.
    if (!request.serviceWorker() && new URL(request.url()).pathname === "/api/auth/get-session") checks += 1;
  });
  const tabs = [first, second, await device.tab()];
  const states = async () => Promise.all(tabs.map(async (tab) => (await tab.pill()).state));
  const all = (/** @type {string} */ state) => tabs.map(() => state);
  // A tab that the machine holds up may lose its turn to another one, which asks again.
  const fewerThanTabsAsked = async (/** @type {number} */ before) => {
    await untilEqual("a tab has asked", async () => checks > before, true);
    assert.ok(checks - before < tabs.length, `${checks - before} checks of ${tabs.length} tabs`);
  };
  await untilEqual("the new tab has asked", async () => checks, 1);
  await untilEqual("every tab is signed in", states, all("synced"));

  let before = checks;
  await device.setOffline(true);
  await untilEqual("every tab is offline", states, all("offline"));
  await second.write("A line that waits for the answer.");
  await device.setOffline(false);
  await untilEqual("every tab is back", states, all("synced"));
  await fewerThanTabsAsked(before);
  before = checks;

  await new Api(env.server, await device.sessionToken()).send("POST", "/api/auth/sign-out", {});
  await second.write("Kept for later.");
  await untilEqual("every tab shows it", states, all("paused"));
  for (const { page } of tabs) await page.locator('.banner[role="alert"]', { hasText: "session has ended" }).waitFor();
  await fewerThanTabsAsked(before);
  before = checks;

  await second.page.getByRole("button", { name: "Sign in again" }).click();
  await untilEqual("every tab continues", states, all("synced"));
  assert.equal(checks, before);
});
