// What the server will never take: parked with its reason, in nobody's way, and in a person's hands.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const BATCH = /POST \/api\/sync$/;

async function rows(tab: Tab, session: string): Promise<[string, string][]> {
  return (await tab.messages(session)).map(({ content, sync }) => [content, sync.state]);
}

async function withRefused(): Promise<{ world: World; tab: Tab; session: string; entryId: string }> {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one", "refuse me", "three");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const refused = (await tab.messages(session)).find(({ sync }) => sync.state === "failed");
  return { world, tab, session, entryId: refused?.sync.entryId ?? "" };
}

test("only the message that was refused is parked, and holds no other back", async () => {
  const { world, tab, session } = await withRefused();
  expect(await rows(tab, session)).toEqual([
    ["one", "synced"],
    ["three", "synced"],
    ["refuse me", "failed"],
  ]);
  expect(world.server.batches()).toHaveLength(1);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "failed", failed: 1, pending: 0 });
});

test("what was refused says why, on the row and when asked", async () => {
  const { tab, session } = await withRefused();
  const row = (await tab.messages(session)).at(-1);
  expect(row?.sync).toMatchObject({
    state: "failed",
    code: "not_allowed",
    reason: "not_allowed at /value/content",
  });
  expect(await tab.landfall.sync.why(row?.id ?? "")).toMatchObject({ sync: row?.sync, attempts: 0 });
});

test("what was refused is not tried again by itself, not even at a reconnection", async () => {
  const { world, tab } = await withRefused();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await world.clock.advance(60_000);
  expect(world.server.batches()).toHaveLength(1);
});

test("a retry by hand sends it again under a new number", async () => {
  const { world, tab, entryId } = await withRefused();
  await tab.landfall.sync.retry(entryId);
  await until(() => world.server.batches().length === 2, "the retry");
  const [first, second] = world.server.batches().map(({ body }) => messagesIn(body));
  expect(second).toEqual([{ ...first?.[1], id: 5 }]);
});

test("retryAll wakes every failed entry", async () => {
  const { world, tab } = await withRefused();
  await tab.landfall.sync.retryAll();
  await until(() => world.server.batches().length === 2, "the retry");
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 1 });
});

test("a discarded message is gone here and in the queue", async () => {
  const { tab, session, entryId } = await withRefused();
  await tab.landfall.sync.discard(entryId);
  expect(await rows(tab, session)).toEqual([
    ["one", "synced"],
    ["three", "synced"],
  ]);
  await until(() => tab.landfall.sync.status.get().state === "synced", "nothing left");
});

test("an entry that is being sent can't be discarded", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.fail(BATCH, { kind: "hang" });
  const [tempId = ""] = await tab.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 1, "the attempt");
  const why = await tab.landfall.sync.why(tempId);
  expect(why?.sync.state).toBe("sending");
  await expect(tab.landfall.sync.discard(why?.sync.entryId ?? "")).rejects.toMatchObject({ code: "in_flight" });
});

test("messages for a session that another device deleted are parked in one go and say so", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  world.server.deleteAsOtherDevice(EMAIL, session);
  await tab.send(session, "one", "two", "three");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(world.server.batches()).toHaveLength(1);
  expect((await tab.messages(session)).map(({ sync }) => [sync.state, sync.code])).toEqual(
    Array(3).fill(["failed", "session_deleted"]),
  );
});

test("a refused create keeps its messages waiting, and a rename wakes it", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  const session = await tab.createSession("Bad");
  await tab.send(session, "one");
  await world.clock.advance(5_000);
  const [row] = await tab.messages(session);
  expect(row?.sync).toMatchObject({
    state: "saved",
    reason: "Waits for its chat, which is not saved: detail of validation_failed",
  });
  const [shown] = await firstValue(tab.landfall.chat.sessions());
  expect(shown?.sync).toMatchObject({ state: "failed", code: "validation_failed" });

  await tab.landfall.chat.renameSession(session, "Good");
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 0, pending: 0 });
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
});

test("discarding a refused create takes its messages along", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  const session = await tab.createSession("Bad");
  await tab.send(session, "one");
  await until(() => tab.landfall.sync.status.get().failed === 1, "the refusal");
  const [row] = await firstValue(tab.landfall.chat.sessions());
  await tab.landfall.sync.discard(row?.sync.entryId ?? "");
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count(), await db.syncQueue.count()]).toEqual([0, 0, 0]);
});

test("discarding a refused rename brings the old title back", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession("Old");
  world.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  await tab.landfall.chat.renameSession(session, "New");
  await until(() => tab.landfall.sync.status.get().failed === 1, "the refusal");
  const why = await tab.landfall.sync.why(session);
  await tab.landfall.sync.discard(why?.sync.entryId ?? "");
  expect((await firstValue(tab.landfall.chat.sessions()))[0]).toMatchObject({
    title: "Old",
    sync: { state: "synced" },
  });
});

test("a session whose refused create was deleted meanwhile leaves nothing to do", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.fail(BATCH, { kind: "hang" });
  const id = await tab.createSession();
  await until(() => world.server.requests(BATCH).length === 1, "the attempt");
  await tab.landfall.chat.deleteSession(id);
  world.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  await world.clock.advanceUntil(async () => (await tab.browser.database().syncQueue.count()) === 0, "an empty queue");
  expect(world.server.pushed().flat()).not.toContain("delete");
});
