// Which failures count as attempts, how long a retry waits, and what happens after the last attempt.

import { expect, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import type { Fault } from "../support/fake-server";

const BATCH = /POST \/api\/sync$/;

/** A synced session with one message that is due, and a planned fault. */
async function aboutToSend(fault: Fault, times = 1): Promise<{ env: TestEnvironment; tab: Tab; session: string }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.fail(BATCH, fault, times);
  await tab.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length >= 1, "the attempt");
  await tab.idle();
  return { env, tab, session };
}

async function entryOf(tab: Tab) {
  const [entry] = await tab.browser.database().syncQueue.toArray();
  return entry;
}

function sentTexts(env: TestEnvironment): string[] {
  return env.server.messagesOf(EMAIL).map(({ content }) => content);
}

test("a network failure counts no attempt and is retried automatically", async () => {
  const { env, tab } = await aboutToSend({ kind: "unreachable" });
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

test("an outage of a day counts no attempt", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.setDown(true);
  await tab.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => tab.landfall.sync.status.get().state === "offline", "offline");
  for (let hour = 0; hour < 24; hour += 1) await env.clock.advance(3_600_000);
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  env.server.setDown(false);
  await env.clock.advance(60_000);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
}, 60_000);

test("a 401 pauses the outbox, drops nothing, and the next sign-in sends it", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.revokeAll();
  await tab.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => tab.landfall.auth.session.get().expired, "the end of the session to show");
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1, failed: 0 });
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  expect((await tab.messages(session))[0]?.content).toBe("one");

  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

test("a 401 for a session that is still valid is retried later", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 401, code: "unauthenticated" });
  expect(tab.landfall.auth.session.get()).toMatchObject({ expired: false });
  expect(env.server.batches()).toHaveLength(1);
  await env.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

test("a 403 pauses the outbox and drops nothing", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 403, code: "origin_not_allowed" });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
  expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
  await tab.landfall.sync.now();
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

for (const status of [429, 503]) {
  test(`a ${status} waits as long as the server asks and counts no attempt`, async () => {
    const { env, tab } = await aboutToSend({
      kind: "status",
      status,
      code: "busy",
      headers: { "retry-after": "20" },
    });
    expect(await entryOf(tab)).toMatchObject({ attempts: 0, status: "pending" });
    expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", pending: 1 });
    await env.clock.advance(19_000);
    expect(env.server.batches()).toHaveLength(1);
    await env.clock.advance(1_000);
    await tab.landfall.sync.awaitInSync();
    expect(sentTexts(env)).toEqual(["one"]);
  });
}

test("sync.now() respects the server's Retry-After", async () => {
  const { env, tab } = await aboutToSend({
    kind: "status",
    status: 429,
    code: "rate_limited",
    headers: { "retry-after": "20" },
  });
  await tab.landfall.sync.now();
  await tab.idle();
  expect(env.server.batches()).toHaveLength(1);
});

test("a 503 without Retry-After waits longer each time", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 503, code: "database_unavailable" }, 3);
  const at: number[] = [env.clock.now()];
  for (let attempt = 2; attempt <= 4; attempt += 1) {
    while (env.server.batches().length < attempt) await env.clock.advance(500);
    at.push(env.clock.now());
  }
  const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(waits).toEqual([1_000, 2_000, 4_000]);
  await tab.landfall.sync.awaitInSync();
});

test("a server error is retried after 1, 2, 4 and 8 s and given up after five attempts", async () => {
  const { env, tab, session } = await aboutToSend({ kind: "status", status: 500 }, 5);
  const waits: number[] = [];
  for (let attempt = 2; attempt <= 5; attempt += 1) {
    const from = env.clock.now();
    while (env.server.batches().length < attempt) await env.clock.advance(500);
    waits.push(env.clock.now() - from);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  await until(() => tab.landfall.sync.status.get().state === "failed", "the entry to be given up");
  expect(tab.landfall.sync.status.get()).toMatchObject({ pending: 0, failed: 1 });
  const [row] = await tab.messages(session);
  expect(row?.sync).toMatchObject({ state: "failed", code: "internal" });
  expect(env.server.batches()).toHaveLength(5);
});

test("an entry that was given up during an outage is sent without the user once the server works", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 500 }, 5);
  await env.clock.advance(31_000);
  await until(() => tab.landfall.sync.status.get().state === "failed", "the entry to be given up");
  await env.clock.advanceUntil(() => sentTexts(env).length === 1, "the attempt a minute later");
});

test("entries that were given up are sent as soon as another write passes", async () => {
  const { env, tab, session } = await aboutToSend({ kind: "status", status: 500 }, 5);
  await tab.send(session, "two", "three");
  env.server.fail(BATCH, { kind: "status", status: 500 }, 1_000);
  // After an outage of ten minutes each of them rests for minutes.
  for (let minute = 0; minute < 10; minute += 1) await env.clock.advance(60_000);
  expect(tab.landfall.sync.status.get().failed).toBeGreaterThan(0);
  env.server.mend();
  const from = env.clock.now();
  await tab.landfall.projects.put({ id: "p", name: "passes" });
  await env.clock.advanceUntil(() => sentTexts(env).length === 3, "the messages that were given up");
  expect(env.clock.now() - from).toBeLessThan(60_000);
  await tab.landfall.sync.awaitInSync();
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("an entry that never passes delays no other write and is not tried with each of them", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const isPoisoned = ({ path, body }: { path: string; body: unknown }) =>
    path.endsWith("/sync") && JSON.stringify(body).includes("poison");
  env.server.failWhen(isPoisoned, { kind: "status", status: 500 });
  const { projects } = tab.landfall;
  await projects.put({ id: "poison", name: "never passes" });
  await env.clock.advanceUntil(() => tab.landfall.sync.status.get().state === "failed", "the entry to be given up");
  const attempts = () => env.server.received.filter(isPoisoned).length;
  const before = attempts();
  const from = env.clock.now();
  for (let index = 0; index < 10; index += 1) {
    await projects.put({ id: `p${index}`, name: `passes ${index}` });
    await until(() => env.server.userData(EMAIL).live("projects")[`p${index}`], "the write to pass");
  }
  expect(env.clock.now()).toBe(from);
  await until(() => attempts() > before, "one more attempt");
  await tab.idle();
  expect(attempts()).toBe(before + 1);
});

for (const fault of [
  { kind: "foreign-answer", status: 524 },
  { kind: "foreign-answer", status: 403 },
  { kind: "foreign-answer", status: 500 },
  { kind: "failed-answer" },
  { kind: "lost-answer" },
] as const) {
  const name = `${fault.kind} ${"status" in fault ? fault.status : ""}`;
  test(`a push that was stored is not sent under another name, whatever answers in the server's place (${name})`, async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    const { rules } = tab.landfall.collections;
    await rules.put({ id: "first", name: "first", type: "control", content: "" });
    await rules.put({ id: "r", name: "r", type: "control", content: "v0" });
    await tab.landfall.sync.awaitInSync();
    env.server.fail(BATCH, fault, 12);
    await tab.landfall.transaction(async () => {
      await rules.put({ id: "first", name: "first", type: "control", content: "mine" });
      await rules.put({ id: "r", name: "r", type: "control", content: "mine" });
    });
    const userData = env.server.userData(EMAIL);
    await until(() => userData.live("rules").r?.content === "mine", "the effect");
    // Another device goes on from what this one has stored.
    userData.write("rules", "r", { name: "r", type: "control", content: "theirs" });
    for (let minute = 0; minute < 10; minute += 1) await env.clock.advance(60_000);
    await tab.landfall.sync.now();
    await tab.landfall.sync.awaitInSync();
    expect(userData.live("rules").r?.content).toBe("theirs");
    expect((await rules.get("r"))?.content).toBe("theirs");
  }, 30_000);
}

test("a request that was answered by nobody is asked for by number before a large body is sent again", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.fail(BATCH, { kind: "lost-answer" });
  await tab.send(session, "x".repeat(100_000));
  await env.clock.advanceUntil(() => sentTexts(env).length === 1, "the message to be stored");
  await env.clock.advance(5_000);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.batches()).toHaveLength(1);
  expect(env.server.requests(/outcomes/)).toHaveLength(1);
});

test("a refusal that names no mutation parks nothing", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 422, code: "unsupported_version" }, 3);
  expect(await entryOf(tab)).toMatchObject({ status: "pending", attempts: 0 });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "paused", failed: 0 });
  await env.clock.advance(30_000);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

test("an entry that was given up is tried once at each reconnection", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 500 }, 6);
  await env.clock.advance(60_000);
  await until(() => tab.landfall.sync.status.get().failed === 1, "the entry to be given up");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => env.server.batches().length === 6, "one more attempt");
  await env.clock.advance(60_000);
  expect(env.server.batches()).toHaveLength(6);
  expect(tab.landfall.sync.status.get().failed).toBe(1);

  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await until(() => sentTexts(env).length === 1, "the last attempt to pass");
});

test("an entry that was given up is tried once after a sign-in", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 500 }, 5);
  await env.clock.advance(60_000);
  await until(() => tab.landfall.sync.status.get().failed === 1, "the entry to be given up");
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await until(() => sentTexts(env).length === 1, "the attempt after the sign-in");
});

test("one message that always fails stops no other message", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const isPoisoned = (body: unknown) => JSON.stringify(body).includes("poison");
  env.server.failWhen((request) => request.path.endsWith("/sync") && isPoisoned(request.body), {
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
  await env.clock.advanceUntil(
    () => tab.landfall.sync.status.get().state === "failed",
    "the failure of the poison message",
  );
  expect(tab.landfall.sync.status.get().failed).toBe(1);
  // The other entries were sent under a new client id, so that the server saw no gap in the numbers.
  expect(env.server.received.filter(({ status }) => status === 409)).toEqual([]);
  expect(sentTexts(env)).toEqual(Array.from({ length: 14 }, (_, index) => `text ${index}`));
});

test("a timeout is silence: it counts no attempt, keeps the number, and the next try waits longer", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.fail(BATCH, { kind: "hang" }, 2);
  await tab.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 1, "the attempt");
  await env.clock.advance(16_000);
  await until(() => tab.landfall.sync.status.get().state === "paused", "the pause");
  const entry = await entryOf(tab);
  expect(entry).toMatchObject({ attempts: 0, status: "pending" });
  await env.clock.advance(60_000);
  await tab.landfall.sync.awaitInSync();
  const numbers = env.server.batches().map(({ body }) => (body as { mutations: { id: number }[] }).mutations[0]?.id);
  expect(numbers).toEqual([entry?.number, entry?.number, entry?.number]);
  expect(sentTexts(env)).toEqual(["one"]);
});

test("a captive portal's page counts no attempt and loses nothing", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 200, html: true });
  expect((await entryOf(tab))?.attempts ?? 0).toBe(0);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

test("a gateway's 502 counts as an unreachable server", async () => {
  const { env, tab } = await aboutToSend({ kind: "status", status: 502, html: true });
  expect((await entryOf(tab))?.attempts ?? 0).toBe(0);
  await tab.landfall.sync.awaitInSync();
  expect(sentTexts(env)).toEqual(["one"]);
});

for (const status of [401, 403, 404, 422, 500]) {
  test(`a ${status} of something in between stops nothing and counts no attempt`, async () => {
    const { env, tab } = await aboutToSend({ kind: "status", status, html: true });
    await tab.landfall.sync.awaitInSync();
    expect(tab.landfall.auth.session.get()).toMatchObject({ expired: false });
    expect(sentTexts(env)).toEqual(["one"]);
  });
}

for (const status of [200, 404]) {
  test(`a host that passes only /api on, and answers ${status} elsewhere, is reached again after an outage`, async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    env.server.failWhen(({ path }) => path === "/health/live", { kind: "status", status, html: true });
    await tab.sync();
    env.server.setDown(true);
    await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
    await until(() => tab.landfall.sync.status.get().state === "offline", "offline");
    env.server.setDown(false);
    await env.clock.advance(60_000);
    await tab.landfall.sync.awaitInSync();
    expect(env.server.userData(EMAIL).live("tags")).toHaveProperty("t");
  });
}

test("a request that something in between calls too large is sent in smaller parts", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const size = (body: unknown) => JSON.stringify(body).length;
  env.server.failWhen(({ path, body }) => path.endsWith("/sync") && size(body) > 60_000, {
    kind: "status",
    status: 413,
    html: true,
  });
  await tab.send(session, ...Array.from({ length: 8 }, (_, index) => `${index}`.repeat(20_000)));
  await env.clock.advanceUntil(() => sentTexts(env).length === 8, "all messages");
  expect(sentTexts(env).map((text) => text[0])).toEqual([..."01234567"]);
});

test("one row that is too large for something in between is given up after five attempts, and holds up nothing else", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { projects } = tab.landfall;
  const size = (body: unknown) => JSON.stringify(body).length;
  const limit = { kind: "status", status: 413, html: true } as const;
  env.server.failWhen(({ path, body }) => path.endsWith("/sync") && size(body) > 60_000, limit);
  const online: boolean[] = [];
  tab.landfall.connectivity.status.subscribe((status) => online.push(status.online));
  const large = await projects.put({ name: "Large", data: { text: "~".repeat(80_000) } });
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  const given = async () => (await tab.landfall.sync.why(large.id))?.sync.state === "failed";
  await env.clock.advanceUntil(given, "the large row to be given up", 100);
  await env.clock.advanceUntil(() => "t" in env.server.userData(EMAIL).live("tags"), "the tag", 100);
  expect((await tab.landfall.sync.why(large.id))?.sync.reason).toContain("of this size");
  expect(online).toEqual([true]);
  const attempts = () => env.server.requests(/POST \/api\/sync$/).filter(({ body }) => size(body) > 60_000).length;
  const before = attempts();
  await env.clock.advance(180_000);
  // It rests for 1, 2, 4 minutes.
  expect(attempts() - before).toBeLessThanOrEqual(2);
  env.server.mend();
  await env.clock.advance(300_000);
  expect(env.server.userData(EMAIL).live("projects")).toHaveProperty(large.id);
});

test("requests slow down if health checks succeed and requests fail", async () => {
  const { env } = await aboutToSend({ kind: "unreachable" }, 1_000);
  await env.clock.advance(60_000);
  // At once, then after 1, 2, 4, 8, 16 and 32 s, and never in a tight loop.
  expect(env.server.batches().length).toBeLessThanOrEqual(9);
  expect(env.server.batches().length).toBeGreaterThanOrEqual(5);
});
