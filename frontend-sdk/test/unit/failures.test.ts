// What counts against an entry and what doesn't; how long it waits; how it comes back.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import type { Fault } from "../support/fake-server";
import { EMAIL, type Tab, World } from "../support/world";

const BATCH = /POST \/api\/sync$/;

/** A synced session with one message that is about to be sent, and what goes wrong then. */
async function aboutToSend(fault: Fault, times = 1): Promise<{ world: World; tab: Tab; session: string }> {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.fail(BATCH, fault, times);
  await tab.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length >= 1, "the attempt");
  await tab.idle();
  return { world, tab, session };
}

async function entryOf(tab: Tab) {
  const [entry] = await tab.browser.database().syncQueue.toArray();
  return entry;
}

function sentTexts(world: World): string[] {
  return world.server.messagesOf(EMAIL).map(({ content }) => content);
}

test("a network failure counts for nothing and goes on by itself", async () => {
  const { world, tab } = await aboutToSend({ kind: "unreachable" });
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

test("an outage of a day is survived without a single counted attempt", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.setDown(true);
  await tab.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => tab.landfall.sync.status.get().state === "offline", "offline");
  for (let hour = 0; hour < 24; hour += 1) await world.clock.advance(3_600_000);
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  world.server.setDown(false);
  await world.clock.advance(60_000);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
}, 60_000);

test("a 401 pauses the queue, drops nothing, and the next sign-in sends it", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.revokeAll();
  await tab.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => tab.landfall.auth.session.get().expired, "the end of the session to show");
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1, failed: 0 });
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  expect((await tab.messages(session))[0]?.content).toBe("one");

  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

test("a 401 for a session that is alive after all is waited out", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 401, code: "unauthenticated" });
  expect(tab.landfall.auth.session.get()).toMatchObject({ expired: false });
  expect(world.server.batches()).toHaveLength(1);
  await world.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

test("a 403 pauses the queue and drops nothing", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 403, code: "origin_not_allowed" });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  await tab.landfall.sync.now();
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

for (const status of [429, 503]) {
  test(`a ${status} waits as long as the server asks and counts for nothing`, async () => {
    const { world, tab } = await aboutToSend({
      kind: "status",
      status,
      code: "busy",
      headers: { "retry-after": "20" },
    });
    expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
    expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
    await world.clock.advance(19_000);
    expect(world.server.batches()).toHaveLength(1);
    await world.clock.advance(1_000);
    await tab.landfall.sync.awaitInSync();
    expect(sentTexts(world)).toEqual(["one"]);
  });
}

test("sync.now doesn't overrule the server's wish for a pause", async () => {
  const { world, tab } = await aboutToSend({
    kind: "status",
    status: 429,
    code: "rate_limited",
    headers: { "retry-after": "20" },
  });
  await tab.landfall.sync.now();
  await tab.idle();
  expect(world.server.batches()).toHaveLength(1);
});

test("a 503 without Retry-After waits longer each time", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 503, code: "database_unavailable" }, 3);
  const at: number[] = [world.clock.now()];
  for (let attempt = 2; attempt <= 4; attempt += 1) {
    while (world.server.batches().length < attempt) await world.clock.advance(500);
    at.push(world.clock.now());
  }
  const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(waits).toEqual([1_000, 2_000, 4_000]);
  await tab.landfall.sync.awaitInSync();
});

test("a server fault is retried after 1, 2, 4 and 8 s and given up after five", async () => {
  const { world, tab, session } = await aboutToSend({ kind: "status", status: 500 }, 5);
  const waits: number[] = [];
  for (let attempt = 2; attempt <= 5; attempt += 1) {
    const from = world.clock.now();
    while (world.server.batches().length < attempt) await world.clock.advance(500);
    waits.push(world.clock.now() - from);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  await until(() => tab.landfall.sync.status.get().state === "failed", "the entry to be given up");
  expect(tab.landfall.sync.status.get()).toMatchObject({ pending: 0, failed: 1 });
  const [row] = await tab.messages(session);
  expect(row?.sync).toMatchObject({ state: "failed", code: "internal" });
  await world.clock.advance(120_000);
  expect(world.server.batches()).toHaveLength(5);
});

test("what was given up is tried once more at each reconnection", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 500 }, 6);
  await world.clock.advance(60_000);
  await until(() => tab.landfall.sync.status.get().failed === 1, "the entry to be given up");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => world.server.batches().length === 6, "one more attempt");
  await world.clock.advance(60_000);
  expect(world.server.batches()).toHaveLength(6);
  expect(tab.landfall.sync.status.get().failed).toBe(1);

  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => sentTexts(world).length === 1, "the last attempt to pass");
});

test("what was given up is tried once more after a sign-in", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 500 }, 5);
  await world.clock.advance(60_000);
  await until(() => tab.landfall.sync.status.get().failed === 1, "the entry to be given up");
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await until(() => sentTexts(world).length === 1, "the attempt after the sign-in");
});

test("one poisonous message takes nobody down with it", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const isPoisoned = (body: unknown) => JSON.stringify(body).includes("poison");
  world.server.failWhen((request) => request.path.endsWith("/sync") && isPoisoned(request.body), {
    kind: "status",
    status: 500,
  });
  await tab.send(
    session,
    "text 0",
    "text 1",
    "poison",
    ...Array.from({ length: 12 }, (_, index) => `text ${index + 2}`),
  );
  await world.clock.advanceUntil(() => tab.landfall.sync.status.get().state === "failed", "only the poison being left");
  expect(tab.landfall.sync.status.get().failed).toBe(1);
  // The rest went on under a new name by itself: the server never saw a gap in the numbers.
  expect(world.server.seen.filter(({ status }) => status === 409)).toEqual([]);
  expect(sentTexts(world)).toEqual(Array.from({ length: 14 }, (_, index) => `text ${index}`));
});

test("a timeout counts only when the server can be reached", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.fail(BATCH, { kind: "hang" });
  await tab.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 1, "the attempt");
  await world.clock.advance(16_000);
  await until(async () => (await entryOf(tab))?.attempts === 1, "the attempt to count");

  world.server.fail(BATCH, { kind: "hang" });
  await world.clock.advance(1_000);
  await until(() => world.server.batches().length === 2, "the second attempt");
  world.server.setDown(true);
  await world.clock.advance(16_000);
  await until(() => tab.landfall.sync.status.get().state === "offline", "offline");
  expect((await entryOf(tab))?.attempts).toBe(1);
});

test("a hotel's sign-in page is no answer: nothing is lost and nothing counts", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 200, html: true });
  expect((await entryOf(tab))?.attempts ?? 0).toBe(0);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

test("a gateway's 502 means the server is away", async () => {
  const { world, tab } = await aboutToSend({ kind: "status", status: 502, html: true });
  expect((await entryOf(tab))?.attempts ?? 0).toBe(0);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(world)).toEqual(["one"]);
});

test("a 4xx that isn't our server's parks nothing", async () => {
  const { tab } = await aboutToSend({ kind: "status", status: 413, html: true });
  expect(await entryOf(tab)).toMatchObject({ status: "pending", attempts: 1 });
});

test("where probes pass and requests don't, the requests slow down", async () => {
  const { world } = await aboutToSend({ kind: "unreachable" }, 1_000);
  await world.clock.advance(60_000);
  // At once, then after 1, 2, 4, 8, 16 and 32 s: never a tight loop.
  expect(world.server.batches().length).toBeLessThanOrEqual(9);
  expect(world.server.batches().length).toBeGreaterThanOrEqual(5);
});
