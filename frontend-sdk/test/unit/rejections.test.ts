// Writes that the server rejects for good: kept as failed with the reason, without an effect on other entries, until
// the user retries or discards them.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";

const BATCH = /POST \/api\/sync$/;

async function rows(tab: Tab, session: string): Promise<[string, string][]> {
  return (await tab.messages(session)).map(({ content, sync }) => [content, sync.state]);
}

async function withRefused(): Promise<{ env: TestEnvironment; tab: Tab; session: string; entryId: string }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one", "refuse me", "three");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const refused = (await tab.messages(session)).find(({ sync }) => sync.state === "failed");
  return { env, tab, session, entryId: refused?.sync.entryId ?? "" };
}

test("only the rejected message fails, and the others are sent", async () => {
  const { env, tab, session } = await withRefused();
  expect(await rows(tab, session)).toEqual([
    ["one", "synced"],
    ["three", "synced"],
    ["refuse me", "failed"],
  ]);
  expect(env.server.batches()).toHaveLength(1);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "failed", failed: 1, pending: 0 });
});

test("a rejected entry has its reason on the row and in why()", async () => {
  const { tab, session } = await withRefused();
  const row = (await tab.messages(session)).at(-1);
  expect(row?.sync).toMatchObject({
    state: "failed",
    code: "not_allowed",
    reason: "not_allowed at /value/content",
  });
  expect(await tab.landfall.sync.why(row?.id ?? "")).toMatchObject({ sync: row?.sync, attempts: 0 });
});

test("a rejected entry is not retried automatically, not even at a reconnection", async () => {
  const { env, tab } = await withRefused();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(60_000);
  expect(env.server.batches()).toHaveLength(1);
});

test("retry() sends a rejected entry again under a new number", async () => {
  const { env, tab, entryId } = await withRefused();
  await tab.landfall.sync.retry(entryId);
  await until(() => env.server.batches().length === 2, "the retry");
  const [first, second] = env.server.batches().map(({ body }) => messagesIn(body));
  expect(second).toEqual([{ ...first?.[1], id: 5 }]);
});

test("retryAll() retries every failed entry", async () => {
  const { env, tab } = await withRefused();
  await tab.landfall.sync.retryAll();
  await until(() => env.server.batches().length === 2, "the retry");
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 1 });
});

test("discard() removes the message and its entry", async () => {
  const { tab, session, entryId } = await withRefused();
  await tab.landfall.sync.discard(entryId);
  expect(await rows(tab, session)).toEqual([
    ["one", "synced"],
    ["three", "synced"],
  ]);
  await until(() => tab.landfall.sync.status.get().state === "synced", "nothing left");
});

test("an entry that is being sent cannot be discarded", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.fail(BATCH, { kind: "hang" });
  const [tempId = ""] = await tab.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 1, "the attempt");
  const why = await tab.landfall.sync.why(tempId);
  expect(why?.sync.state).toBe("sending");
  await expect(tab.landfall.sync.discard(why?.sync.entryId ?? "")).rejects.toMatchObject({ code: "in_flight" });
});

test("messages to a session that another device deleted fail together with the reason", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  env.server.deleteAsOtherDevice(EMAIL, session);
  await tab.send(session, "one", "two", "three");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.batches()).toHaveLength(1);
  expect((await tab.messages(session)).map(({ sync }) => [sync.state, sync.code])).toEqual(
    Array(3).fill(["failed", "session_deleted"]),
  );
});

test("a rejected create keeps its messages waiting, and a rename retries it", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  const session = await tab.createSession("Bad");
  await tab.send(session, "one");
  await env.clock.advance(5_000);
  const [row] = await tab.messages(session);
  expect(row?.sync).toMatchObject({
    state: "saved",
    reason: "Waits for its chat, which is not saved: detail of validation_failed",
  });
  const [shown] = await firstValue(tab.landfall.chat.sessions());
  expect(shown?.sync).toMatchObject({ state: "failed", code: "validation_failed" });

  await tab.landfall.chat.renameSession(session, "Good");
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 0, pending: 0 });
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
});

test("discarding a rejected create removes its messages", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  const session = await tab.createSession("Bad");
  await tab.send(session, "one");
  await until(() => tab.landfall.sync.status.get().failed === 1, "the refusal");
  const [row] = await firstValue(tab.landfall.chat.sessions());
  await tab.landfall.sync.discard(row?.sync.entryId ?? "");
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count(), await db.syncQueue.count()]).toEqual([0, 0, 0]);
});

test("discarding a rejected rename restores the old title", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession("Old");
  env.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  await tab.landfall.chat.renameSession(session, "New");
  await until(() => tab.landfall.sync.status.get().failed === 1, "the refusal");
  const why = await tab.landfall.sync.why(session);
  await tab.landfall.sync.discard(why?.sync.entryId ?? "");
  expect((await firstValue(tab.landfall.chat.sessions()))[0]).toMatchObject({
    title: "Old",
    sync: { state: "synced" },
  });
});

test("a session that is deleted after its rejected create leaves no entry", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(BATCH, { kind: "hang" });
  const id = await tab.createSession();
  await until(() => env.server.requests(BATCH).length === 1, "the attempt");
  await tab.landfall.chat.deleteSession(id);
  env.server.fail(BATCH, { kind: "status", status: 422, code: "validation_failed" });
  await env.clock.advanceUntil(async () => (await tab.browser.database().syncQueue.count()) === 0, "an empty queue");
  expect(env.server.pushed().flat()).not.toContain("delete");
});
