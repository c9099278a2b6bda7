// The services of the assistant market, with the names, figures and log lines of its specification. Pending assistants are a view of the outbox.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type AssistantMarketOptions,
  createAssistantMarket,
  type Measurement,
  type SyncResult,
} from "../../src/compat/assistants";
import type { NewAssistant } from "../../src/types";
import { EMAIL, firstValue, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { ASSISTANTS } from "../support/kinds";

const TIDES: NewAssistant = { title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." };
const PUSH = /POST \/api\/sync$/;
const DAY_MS = 24 * 3_600_000;

async function start(options: AssistantMarketOptions = {}) {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const measured: Measurement[] = [];
  const market = createAssistantMarket(tab.landfall, {
    logger: { info: write, warn: write, error: write },
    onMeasured: (measurement) => measured.push(measurement),
    ...options,
  });
  onTestFinished(() => market.close());
  const results: SyncResult[] = [];
  market.assistantSyncService.addListener((some) => void results.push(...some));
  const offline = (is: boolean) => tab.landfall.connectivity.simulateOffline(is);
  /** Advances the clock, with time for what each timer starts. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      await env.clock.advance(Math.min(left, 250));
      await tab.idle();
    }
  };
  const from = env.clock.now();
  const elapsed = () => env.clock.now() - from;
  const atServer = () => Object.values(env.server.userData(EMAIL).live(ASSISTANTS));
  return { env, tab, market, lines, measured, results, offline, pass, elapsed, atServer };
}

describe("creation", () => {
  test("with the network: at once on this device, then at the server", async () => {
    const { tab, market, lines, measured, atServer } = await start();
    const shown: (number | undefined)[] = [];
    const stop = tab.landfall.assistants.all().subscribe((rows) => shown.push(rows?.[0]?.version));
    const row = await market.assistantApiClient.create(TIDES);
    await until(() => shown.includes(1), "the row of the server");
    stop();
    expect(shown.filter((version) => version !== undefined)[0]).toBe(0);
    expect(row).toMatchObject({ ...TIDES, version: 1 });
    expect(atServer()).toMatchObject([{ id: row.id, tempId: row.tempId }]);
    expect(lines).toEqual([`[AssistantApiClient] Cache updated for new assistant: ${row.id}`]);
    expect(measured).toEqual([{ name: "create", durationMs: expect.any(Number), success: true }]);
    expect(await market.getPendingAssistants()).toEqual([]);
  });

  test("offline: pending, and sent when the network is back", async () => {
    const { env, market, lines, results, offline, pass, atServer } = await start();
    await pass(5_000);
    await offline(true);
    const { id, tempId } = await market.assistantApiClient.create(TIDES);
    expect(await market.getPendingAssistants()).toEqual([
      { tempId, data: expect.objectContaining(TIDES), createdAt: env.clock.now(), retryCount: 0 },
    ]);
    expect(market.assistantSyncService.getStatus()).toEqual({ isOnline: false, isSyncing: false, isRunning: true });
    expect(await market.assistantSyncService.triggerSync()).toEqual([]);
    await offline(false);
    await pass(3_000);
    expect(atServer()).toMatchObject([{ id, tempId }]);
    expect(results).toEqual([{ tempId, success: true, assistantId: id }]);
    expect(lines).toEqual([
      "[AssistantSyncService] Starting sync service",
      "[AssistantSyncService] Found 0 pending assistants to sync",
      "[AssistantSyncService] Network offline",
      `[IndexedDBCache] Saved pending assistant: ${tempId}`,
      "[IndexedDBCache] Retrieved 1 pending assistants",
      "[AssistantSyncService] Network online - triggering sync",
      "[AssistantSyncService] Found 1 pending assistants to sync",
      `[IndexedDBCache] Removed pending assistant: ${tempId}`,
      `[AssistantSyncService] Successfully synced ${tempId} -> ${id}`,
    ]);
  });

  test("with a server that fails: retries after 1, 2 and 4 s, then pending, five attempts in all", async () => {
    const { env, tab, market, lines, results, pass, elapsed, atServer } = await start();
    env.server.fail(PUSH, { kind: "status", status: 500 }, 99);
    const at: number[] = [];
    const count = () => {
      const pushed = env.server.requests(PUSH).length;
      while (at.length < pushed) at.push(elapsed());
    };
    const created = market.assistantApiClient.create(TIDES);
    const resolved = vi.fn();
    void created.then(resolved);
    await tab.idle();
    count();
    for (let step = 0; step < 29; step += 1) {
      await pass(250);
      count();
    }
    await until(() => resolved.mock.calls.length, "the end of the retries");
    const { tempId, version } = await created;
    expect([version, at]).toEqual([0, [0, 1_000, 3_000, 7_000]]);
    expect(lines.filter((line) => /ApiClient|Saved/.test(line))).toEqual([
      "[AssistantApiClient] Request failed (attempt 1/3), retrying...",
      "[AssistantApiClient] Request failed (attempt 2/3), retrying...",
      "[AssistantApiClient] Request failed (attempt 3/3), retrying...",
      `[IndexedDBCache] Saved pending assistant: ${tempId}`,
    ]);
    expect(await market.getPendingAssistants()).toMatchObject([
      { tempId, retryCount: 4, lastError: "detail of internal" },
    ]);
    await pass(13_000);
    count();
    expect(at).toHaveLength(5);
    expect(await market.getPendingAssistants()).toMatchObject([{ retryCount: 5 }]);
    expect(results).toEqual([
      { tempId, success: false, error: "detail of internal" },
      { tempId, success: false, error: "detail of internal" },
    ]);
    expect(lines).toContain(`[IndexedDBCache] Updated retry count for ${tempId}: 5`);
    expect(lines).toContain(`[AssistantSyncService] Failed to sync ${tempId}: detail of internal`);
    // Five attempts are the service's most. The outbox goes on in longer intervals.
    expect(await market.assistantSyncService.triggerSync()).toEqual([]);
    env.server.mend();
    await pass(70_000);
    expect([atServer().length, await market.getPendingAssistants()]).toEqual([1, []]);
    expect(results.at(-1)).toMatchObject({ tempId, success: true });
  });

  test("of a wrong assistant fails at once, and one that the server refuses leaves nothing behind", async () => {
    const { env, tab, market, measured } = await start();
    const { assistantApiClient } = market;
    await expect(assistantApiClient.create({ ...TIDES, title: "" })).rejects.toMatchObject({ pointer: "/title" });
    await expect(market.savePendingAssistant("pending-1-a", { ...TIDES, prompt: "" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(env.server.requests(PUSH)).toEqual([]);
    await expect(assistantApiClient.create({ ...TIDES, title: "refuse me" })).rejects.toMatchObject({
      code: "not_allowed",
    });
    expect(await market.getPendingAssistants()).toEqual([]);
    expect(await tab.landfall.assistants.list()).toEqual([]);
    expect(measured.map(({ success }) => success)).toEqual([false, false]);
  });
});

describe("the sync service", () => {
  test("starts after 5 s, and looks every 30 s", async () => {
    const { tab, market, lines, pass, results } = await start();
    const found = () => lines.filter((line) => line.includes("Found"));
    await tab.landfall.sync.pause();
    const { tempId } = await market.assistantApiClient.create(TIDES);
    await pass(4_750);
    expect([market.assistantSyncService.getStatus().isRunning, found()]).toEqual([false, []]);
    await pass(500);
    expect([market.assistantSyncService.getStatus().isRunning, found()]).toEqual([
      true,
      ["[AssistantSyncService] Found 1 pending assistants to sync"],
    ]);
    await pass(29_500);
    expect(found()).toHaveLength(1);
    await pass(500);
    expect(found()).toHaveLength(2);
    await pass(30_000);
    expect(found()).toHaveLength(3);
    await tab.landfall.sync.resume();
    await pass(1_000);
    expect(results).toMatchObject([{ tempId, success: true }]);
    market.assistantSyncService.stop();
    await pass(60_000);
    expect([found().length, market.assistantSyncService.getStatus().isRunning]).toEqual([3, false]);
  });

  test("takes its configuration by name, and isn't started where that isn't wanted", async () => {
    const { tab, market, lines, pass } = await start({ autoStart: false, syncInterval: 2_000, maxRetries: 1 });
    await pass(10_000);
    expect(lines).toEqual([]);
    await tab.landfall.sync.pause();
    const { tempId } = await market.assistantApiClient.create(TIDES);
    await market.updatePendingAssistantRetry(tempId ?? "", "Of the application.");
    market.assistantSyncService.start();
    market.assistantSyncService.start();
    await pass(4_500);
    expect(lines.filter((line) => line.includes("Starting"))).toHaveLength(1);
    expect(lines.filter((line) => line === "[AssistantSyncService] Found 0 pending assistants to sync")).toHaveLength(
      3,
    );
  });

  test("sends several a second apart, and gives a manual run its results", async () => {
    const { env, market, offline, pass } = await start({ autoStart: false });
    await offline(true);
    const made = [];
    for (const title of ["A", "B", "C"]) made.push(await market.assistantApiClient.create({ ...TIDES, title }));
    const sent: number[] = [];
    env.server.beforeAnswer = ({ method, path, body }) => {
      const { mutations = [] } = (body ?? {}) as { mutations?: unknown[] };
      if (`${method} ${path}` === "POST /api/sync") for (const _one of mutations) sent.push(env.clock.now());
    };
    const listener = vi.fn();
    market.assistantSyncService.addListener(listener);
    await offline(false);
    await until(() => market.assistantSyncService.getStatus().isOnline, "the network");
    const run = market.assistantSyncService.triggerSync();
    expect(market.assistantSyncService.getStatus().isSyncing).toBe(true);
    await pass(4_000);
    const expected = made.map(({ id, tempId }) => ({ tempId, success: true, assistantId: id }));
    expect(await run).toEqual(expected);
    expect(listener.mock.calls.flat(2)).toEqual(expected);
    expect(sent.map((ms) => Math.round((ms - (sent[0] ?? 0)) / 500) / 2)).toEqual([0, 1, 2]);
    market.assistantSyncService.removeListener(listener);
    await market.assistantApiClient.create(TIDES);
    expect(listener).toHaveBeenCalledTimes(listener.mock.calls.length);
  });
});

test("pending assistants are saved once, counted, listed live and removed", async () => {
  const { tab, market, lines, offline } = await start({ autoStart: false });
  await offline(true);
  const tempId = "pending-1700000000000-k3v9";
  const { id } = await market.savePendingAssistant(tempId, TIDES);
  expect(await market.savePendingAssistant(tempId, TIDES)).toMatchObject({ id, tempId });
  await market.updatePendingAssistantRetry(tempId, "The server said no.");
  await market.updatePendingAssistantRetry("pending-unknown", "Nothing.");
  const expected = [{ tempId, retryCount: 1, lastError: "The server said no.", data: { ...TIDES, emoji: "🤖" } }];
  expect(await market.getPendingAssistants()).toMatchObject(expected);
  expect(await firstValue(market.pendingAssistants())).toMatchObject(expected);
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
  await market.removePendingAssistant(tempId);
  await market.removePendingAssistant(tempId);
  expect([await market.getPendingAssistants(), await tab.landfall.assistants.list()]).toEqual([[], []]);
  expect(lines).toEqual([
    `[IndexedDBCache] Saved pending assistant: ${tempId}`,
    `[IndexedDBCache] Saved pending assistant: ${tempId}`,
    `[IndexedDBCache] Updated retry count for ${tempId}: 1`,
    "[IndexedDBCache] Retrieved 1 pending assistants",
    `[IndexedDBCache] Removed pending assistant: ${tempId}`,
    "[IndexedDBCache] Retrieved 0 pending assistants",
  ]);
});

test("a create that the server has stored and deleted under another id leaves nothing here", async () => {
  const { env, tab, market, pass } = await start({ autoStart: false });
  const userData = env.server.userData(EMAIL);
  userData.set(ASSISTANTS, "stored-by-the-server_", { ...TIDES, tempId: "pending-1-a" });
  await tab.sync();
  userData.write(ASSISTANTS, "stored-by-the-server_", null);
  await tab.sync();
  await market.savePendingAssistant("pending-1-a", TIDES);
  await pass(2_000);
  expect(await tab.landfall.assistants.list()).toEqual([]);
  expect([await market.getPendingAssistants(), userData.live(ASSISTANTS)]).toEqual([[], {}]);
});

test("a version conflict is told, and the row is the server's", async () => {
  const { env, tab, market, offline } = await start({ autoStart: false });
  const { assistantApiClient } = market;
  const { id } = await assistantApiClient.create(TIDES);
  await offline(true);
  expect(await assistantApiClient.update(id, { version: 1, title: "Mine" })).toMatchObject({ title: "Mine" });
  env.server.userData(EMAIL).write(ASSISTANTS, id, { title: "Theirs" });
  await offline(false);
  await tab.sync();
  expect(await assistantApiClient.getById(id)).toMatchObject({ title: "Theirs", version: 2 });
  expect(await firstValue(tab.landfall.assistants.conflicts())).toMatchObject([
    { id, mine: { title: "Mine" }, theirs: { title: "Theirs" } },
  ]);
  await expect(assistantApiClient.update(id, { version: 1, title: "Late" })).rejects.toMatchObject({
    code: "revision_conflict",
  });
  await assistantApiClient.delete(id);
  await tab.sync();
  expect(env.server.userData(EMAIL).live(ASSISTANTS)).toEqual({});
});

describe("reads", () => {
  const LIST = /GET \/api\/assistants$/;

  test("own assistants come from this device, selected like the server does", async () => {
    const { env, market, measured, offline } = await start({ autoStart: false });
    const { assistantApiClient } = market;
    await offline(true);
    await assistantApiClient.create({ ...TIDES, tags: ["Sea"], status: "pending" });
    await env.clock.advance(1_000);
    await assistantApiClient.create({ ...TIDES, title: "Café map", desc: "Finds coffee." });
    const titles = async (query: object) => (await assistantApiClient.getAll(query)).map(({ title }) => title);
    expect(await titles({})).toEqual(["Café map", "Tide tables"]);
    expect(await titles({ search: "se tid" })).toEqual(["Tide tables"]);
    expect(await titles({ search: "ide" })).toEqual([]);
    expect(await titles({ status: "pending" })).toEqual(["Tide tables"]);
    expect(await assistantApiClient.list({ page: 2, pageSize: 1 })).toMatchObject({
      data: [{ title: "Tide tables" }],
      pagination: { page: 2, pageSize: 1, total: 2, totalPages: 2 },
    });
    expect(measured.filter(({ name }) => name === "list").every(({ cache }) => cache === "hit")).toBe(true);
    expect(env.server.requests(LIST)).toEqual([]);
  });

  test("public ones come from the server once, then from this device for 7 days, and are read again in the background", async () => {
    const { env, market, measured, lines, offline, pass } = await start({ autoStart: false });
    const { assistantApiClient } = market;
    const { id } = env.server.market.publish("V1StGXR8_Z5jdHi6B-myT", "Harbour");
    const list = (onRefreshed = (_page: object) => {}) => assistantApiClient.list({ scope: "public", onRefreshed });
    expect((await list()).data).toMatchObject([{ title: "Harbour" }]);
    env.server.market.publish("W1StGXR8_Z5jdHi6B-myT", "Pier");
    const refreshed = vi.fn();
    expect((await list(refreshed)).data).toHaveLength(1);
    await until(() => refreshed.mock.calls.length, "the list of the server");
    expect(refreshed.mock.calls[0]?.[0]).toMatchObject({ data: [{ title: "Harbour" }, { title: "Pier" }] });
    expect(lines).toEqual(["[AssistantApiClient] Background sync complete: 2 assistants synced"]);
    expect(measured.map(({ cache }) => cache)).toEqual(["miss", "hit"]);
    await offline(true);
    expect((await list()).data).toHaveLength(2);
    expect(await assistantApiClient.getById(id)).toMatchObject({ title: "Harbour" });
    env.clock.step(8 * DAY_MS);
    await expect(list()).rejects.toMatchObject({ code: "offline" });
    await expect(assistantApiClient.getById(id)).rejects.toMatchObject({ code: "offline" });
    await offline(false);
    await pass(3_000);
    expect((await list()).data).toHaveLength(2);
    await expect(assistantApiClient.getById("X1StGXR8_Z5jdHi6B-myT")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a read is repeated after 1, 2 and 4 s, and its end is told", async () => {
    const { env, market, lines, pass, elapsed } = await start({ autoStart: false });
    const { assistantApiClient } = market;
    env.server.market.publish("V1StGXR8_Z5jdHi6B-myT", "Harbour");
    env.server.fail(LIST, { kind: "status", status: 500 }, 3);
    const at: number[] = [];
    env.server.afterAnswer = ({ path }) => void (path === "/api/assistants" && at.push(elapsed()));
    const read = assistantApiClient.getAll({ scope: "public" });
    await pass(7_500);
    expect(await read).toHaveLength(1);
    expect([env.server.requests(LIST).length, at]).toEqual([4, [7_000]]);
    expect(lines).toEqual([1, 2, 3].map((n) => `[AssistantApiClient] Request failed (attempt ${n}/3), retrying...`));
    env.server.fail(LIST, { kind: "status", status: 500 }, 9);
    const failing = assistantApiClient.getAll({ scope: "public", search: "other" }).catch((error: unknown) => error);
    await pass(8_000);
    expect(await failing).toMatchObject({ code: "fault" });
    expect(env.server.requests(LIST)).toHaveLength(8);
    env.server.mend();
    env.server.fail(LIST, { kind: "status", status: 403, code: "forbidden" });
    await expect(assistantApiClient.list({ scope: "review" })).rejects.toMatchObject({ code: "forbidden" });
  });
});
