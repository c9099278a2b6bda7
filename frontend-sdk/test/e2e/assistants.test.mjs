// The specification's manual tests of the assistants: creation online and offline, failures of the server, the periodic sync, and a conflict.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "./harness/api.mjs";
import { AssistantsPage, failPushes, hasEmojiPicker } from "./harness/assistants.mjs";
import { LIMIT, useTestEnvironment } from "./harness/test-environment.mjs";
import { until, untilEqual } from "./harness/until.mjs";

const env = useTestEnvironment();

/** The specification's figures, in milliseconds. */
const RETRIES = [1_000, 2_000, 4_000];
const START = 5_000;
const INTERVAL = 30_000;
/** The part by which a delay of the outbox may be shorter, so that devices do not return all at once. */
const JITTER = 0.2;

/** Opens the own assistants of a signed-in user. @param {string} email */
async function openMine(email) {
  const device = await env.device();
  // The injected failures.
  device.expected = /^Failed to load resource: (net::ERR_|the server responded with a status of (401|404|409|500) )/;
  const demo = await device.tab();
  await demo.signIn(email);
  const openedAt = Date.now();
  const assistants = await AssistantsPage.open(demo, "mine");
  return { device, demo, assistants, openedAt, userId: await env.db.userId(email) };
}

/** The assistants that the server has of a user. @param {string} userId */
function stored(userId) {
  return env.db.query(
    `SELECT id, title, status, emoji, tags FROM assistants WHERE owner = (SELECT key FROM "user" WHERE id = $1) AND deleted_at IS NULL ORDER BY created_at`,
    [userId],
  );
}

/** @param {string} userId */
const storedTitles = async (userId) => (await stored(userId)).map(({ title }) => title);

test("a new assistant appears at once, is in IndexedDB and reaches the server", LIMIT, async () => {
  const { demo, assistants, userId } = await openMine("creates@harbour.example");
  await assistants.begin({ title: "Tide tables", tags: "sea, times" });
  assert.equal(await hasEmojiPicker(demo), false, "the picker is not loaded before it is opened");
  await demo.find("emoji-open").click();
  await demo.find("emoji-search").fill("wave");
  await demo.find("emoji").first().click();
  assert.equal(await hasEmojiPicker(demo), true);
  const saved = Date.now();
  await assistants.save();
  await assistants.card("Tide tables").waitFor();
  console.log(`  shown ${Date.now() - saved} ms after the click`);

  await untilEqual("it is synced", () => assistants.ways(), { "Tide tables": "synced" });
  const [row] = await stored(userId);
  assert.deepEqual(
    { title: row.title, emoji: row.emoji, tags: row.tags },
    {
      title: "Tide tables",
      emoji: "🌊",
      tags: ["sea", "times"],
    },
  );
  assert.match(row.id, /^[\w-]{21}$/);
  const { rows, queue } = await assistants.tables(userId);
  assert.deepEqual(
    rows.map(({ id, title }) => ({ id, title })),
    [{ id: row.id, title: "Tide tables" }],
  );
  assert.deepEqual(queue, []);
  await until("the log names it", () => assistants.lines(/^\[AssistantApiClient\] Cache updated for new assistant/)[0]);
});

test("a wrong assistant is refused at once beside its fields, and nothing is stored", LIMIT, async () => {
  const { demo, assistants, userId } = await openMine("wrong@harbour.example");
  await assistants.begin({ title: "x".repeat(101), desc: " " });
  await demo.find("form-save").click();
  await demo.find("fault-title").waitFor();
  assert.match(await demo.find("fault-title").innerText(), /100/);
  assert.ok(await demo.find("fault-desc").isVisible());
  assert.deepEqual(await assistants.tables(userId), { rows: [], queue: [] });
  await assistants.fill({ title: "Corrected" });
  await assistants.save();
  await untilEqual("it is at the server", () => storedTitles(userId), ["Corrected"]);
});

test(
  "an assistant that is created offline waits with its reason, and is synced by itself after the reconnection",
  LIMIT,
  async () => {
    const { device, demo, assistants, userId } = await openMine("offline-creates@harbour.example");
    await demo.untilShellIsCached();
    await device.setOffline(true);
    await demo.untilPill("offline");
    await assistants.create({ title: "Buoy reader" });
    const [card] = await assistants.shown();
    assert.equal(card?.way, "saved");
    assert.notEqual(card?.why, "", "the reason is shown");
    const { rows, queue } = await assistants.tables(userId);
    assert.match(rows[0].tempId, /^pending-\d{13}-[\w-]+$/);
    assert.equal(queue.length, 1);
    await until("the log names it", () => assistants.lines(/^\[IndexedDBCache\] Saved pending assistant: pending-/)[0]);
    assert.deepEqual(await stored(userId), []);

    await demo.page.reload();
    await untilEqual("it is there after a reload", () => assistants.ways(), { "Buoy reader": "saved" });
    await device.setOffline(false);
    await untilEqual("it is synced by itself", () => assistants.ways(), { "Buoy reader": "synced" });
    assert.deepEqual(
      (await stored(userId)).map(({ id, title }) => ({ id, title })),
      [{ id: card?.id, title: "Buoy reader" }],
    );
  },
);

test(
  "a failing server is tried again after 1, 2 and 4 s, the assistant stays pending, and it is synced later",
  LIMIT,
  async () => {
    const { device, assistants, userId } = await openMine("fails@harbour.example");
    const failures = await failPushes(device);
    await assistants.create({ title: "Stubborn" });
    await until("all retries are used up", () => assistants.lines(/Saved pending assistant: pending-/)[0]);
    const retries = assistants.lines(/^\[AssistantApiClient\] Request failed \(attempt \d\/3\), retrying\.\.\.$/);
    assert.deepEqual(
      retries.map(({ line }) => /attempt (\d)/.exec(line)?.[1]),
      ["1", "2", "3"],
    );
    const [card] = await assistants.shown();
    assert.ok((card?.tries ?? 0) >= 4, `${card?.tries} attempts`);
    assert.match(card?.why ?? "", /Tried \d times/);
    assert.notEqual(card?.way, "synced");
    assert.deepEqual(await stored(userId), []);
    const pauses = failures.times.slice(1, 4).map((at, index) => at - (failures.times[index] ?? 0));
    console.log(`  pauses between the attempts: ${pauses.join(", ")} ms`);
    for (const [index, pause] of pauses.entries())
      assert.ok(pause >= (RETRIES[index] ?? 0) * (1 - JITTER), `pause ${index + 1}: ${pause} ms`);

    await failures.end();
    await untilEqual("it is synced", () => assistants.ways(), { Stubborn: "synced" }, 75_000);
    assert.deepEqual(await storedTitles(userId), ["Stubborn"]);
  },
);

test("the periodic sync runs after 5 s and every 30 s, and finds what is pending", LIMIT, async () => {
  const { device, demo, assistants, openedAt, userId } = await openMine("periodic@harbour.example");
  const runs = () => assistants.lines(/^\[AssistantSyncService\] Found \d+ pending assistants to sync$/);
  /** @param {number} index */
  const runAt = async (index) => {
    await until(`run ${index + 1}`, () => runs().length > index, INTERVAL + 10_000);
    return runs()[index] ?? assert.fail("it was there");
  };
  const first = await runAt(0);
  assert.ok(first.at - openedAt >= START, "not before 5 s");
  const failures = await failPushes(device);
  await assistants.begin({ title: "Waits for the run" });
  // 10 s before the next run. The outbox gives an assistant up after five attempts, of which the fifth is 12 s after the first or later.
  await until("the next run is near", () => Date.now() >= first.at + INTERVAL - 10_000);
  await assistants.save();
  const second = await runAt(1);
  const distance = second.at - first.at;
  console.log(`  between two runs: ${distance} ms`);
  assert.ok(distance >= INTERVAL - 500 && distance < INTERVAL + 10_000, `${distance} ms`);
  assert.match(second.line, /Found 1 pending/);
  assert.ok(failures.times.length > 0);
  await failures.end();
  await untilEqual("it is synced", () => assistants.ways(), { "Waits for the run": "synced" });
  await until(
    "the log names both ids",
    () => assistants.lines(/^\[AssistantSyncService\] Successfully synced pending-\S+ -> [\w-]{21}$/)[0],
  );
  assert.deepEqual(await storedTitles(userId), ["Waits for the run"]);
  assert.equal((await demo.pill()).failed, 0);
});

test("a version conflict is shown with both sides, mine can be written again, and theirs can stay", LIMIT, async () => {
  const email = "conflict@harbour.example";
  const { demo, assistants, userId } = await openMine(email);
  await assistants.create({ title: "Pilot", desc: "As created." });
  await untilEqual("it is synced", () => assistants.ways(), { Pilot: "synced" });
  const api = await Api.signIn(env.server, email);
  const [{ id }] = await stored(userId);
  /** Both change the description, and the other device is first. @param {string} mine @param {string} theirs */
  const clash = async (mine, theirs) => {
    await demo.simulateOffline(true);
    await demo.untilPill("offline");
    await assistants.edit("Pilot", { desc: mine });
    const { version } = await api.send("GET", `/api/assistants/${id}`);
    await api.send("PUT", `/api/assistants/${id}`, { version, desc: theirs });
    await demo.simulateOffline(false);
    await demo.find("assistant-conflict").waitFor();
    assert.equal(await demo.find("side-mine").innerText(), mine);
    assert.equal(await demo.find("side-theirs").innerText(), theirs);
    await until(
      "the row is the server's",
      async () => (await assistants.card("Pilot").locator(".assistant-desc").innerText()) === theirs,
    );
  };
  const atServer = async () => (await api.send("GET", `/api/assistants/${id}`)).desc;

  await clash("Mine.", "Theirs.");
  await demo.find("use-mine").click();
  await demo.find("assistant-conflict").waitFor({ state: "detached" });
  await untilEqual("mine is at the server", atServer, "Mine.");
  await untilEqual("it is synced", () => assistants.ways(), { Pilot: "synced" });

  await clash("Mine again.", "Theirs again.");
  await demo.find("keep-theirs").click();
  await demo.find("assistant-conflict").waitFor({ state: "detached" });
  assert.equal(await atServer(), "Theirs again.");
  assert.equal((await assistants.tables(userId)).queue.length, 0);
});

test("an assistant that was deleted elsewhere while it was changed here can be kept", LIMIT, async () => {
  const email = "restored@harbour.example";
  const { demo, assistants, userId } = await openMine(email);
  await assistants.create({ title: "Lamp" });
  await untilEqual("it is synced", () => assistants.ways(), { Lamp: "synced" });
  await demo.simulateOffline(true);
  await demo.untilPill("offline");
  await assistants.edit("Lamp", { desc: "Still needed." });
  const api = await Api.signIn(env.server, email);
  const [{ id }] = await stored(userId);
  const { version } = await api.send("GET", `/api/assistants/${id}`);
  await api.send("DELETE", `/api/assistants/${id}`, { version });
  await demo.simulateOffline(false);
  await demo.find("assistant-conflict").waitFor();
  await untilEqual("it is gone here", () => assistants.titles(), []);
  await demo.find("use-mine").click();
  await demo.find("assistant-conflict").waitFor({ state: "detached" });
  await untilEqual("it is back", () => assistants.ways(), { Lamp: "synced" });
  assert.equal((await api.send("GET", `/api/assistants/${id}`)).desc, "Still needed.");
});

test("an assistant is deleted here at once and at the server", LIMIT, async () => {
  const { demo, assistants, userId } = await openMine("deletes@harbour.example");
  await assistants.create({ title: "Short-lived" });
  await untilEqual("it is at the server", () => storedTitles(userId), ["Short-lived"]);
  await assistants.card("Short-lived").getByTestId("assistant-delete").click();
  await demo.find("confirm").click();
  await untilEqual("it is gone here", () => assistants.titles(), []);
  await untilEqual("it is gone there", () => storedTitles(userId), []);
});
