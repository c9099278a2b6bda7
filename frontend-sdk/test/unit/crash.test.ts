// A tab that ends at any moment, and what the next tab does.

import { IDBDatabase } from "fake-indexeddb";
import { expect, onTestFinished, test } from "vitest";
import { sendMessage } from "../../src/kinds/chat/message-writes";
import { toIso } from "../../src/util/clock";
import { EMAIL, TestEnvironment, USER_ID } from "../support/environment";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";
import { MESSAGES, type SyncedKind } from "../support/kinds";

const BATCH = /POST \/api\/sync$/;

test("a crash after an entry was sealed sends the same body again", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  env.server.fail(BATCH, { kind: "hang" });
  await first.send(session, "one", "two");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 1, "the first attempt");
  first.crash();

  const second = browser.tab();
  await second.landfall.start();
  await second.send(session, "three");
  await second.idle();
  const [attempt, repeat] = env.server.batches();
  expect(messagesIn(repeat?.body)).toEqual(messagesIn(attempt?.body));
  await env.clock.advance(2_000);
  await second.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one", "two", "three"]);
});

test("a crash after the server stored the batch stores nothing twice", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  await first.send(session, "one", "two");
  env.server.fail(BATCH, { kind: "lost-answer" });
  env.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/sync")) first.crash();
  };
  await env.clock.advance(2_000);
  await until(() => env.server.messagesOf(EMAIL).length === 2, "the batch to be stored");
  env.server.beforeAnswer = null;

  const second = browser.tab();
  await second.landfall.start();
  await second.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one", "two"]);
  expect((await second.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
    ["one", "synced"],
    ["two", "synced"],
  ]);
});

test("a message that is pulled before its lost answer is repeated is shown once", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  env.server.fail(BATCH, { kind: "lost-answer" });
  env.server.fail(BATCH, { kind: "status", status: 500 });
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 2, "the repeat to fail");
  await tab.landfall.sync.now();
  await until(async () => (await tab.messages(session)).every(({ id }) => !id.startsWith("temp-")), "the pulled row");
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(["one"]);
  await env.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([["one", "synced"]]);
});

test("a row and its entry are saved together or not at all", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const db = tab.browser.database();
  db.syncQueue.hook("creating", () => {
    throw new Error("no entry");
  });
  const kind = db.kinds.get(MESSAGES) as SyncedKind;
  const message = { role: "user", content: "lost?", metadata: null } as const;
  const now = toIso(env.clock.now());
  const write = db.transaction("rw", db.tables, async () => sendMessage(db, kind, session, message, now));
  await expect(write).rejects.toThrow("no entry");
  expect(await db.chatMessages.count()).toBe(0);
  expect(await db.syncQueue.count()).toBe(0);
});

test("a write right after the sign-in, while the database opens, is saved completely", async () => {
  const env = new TestEnvironment();
  const tab = env.browser().tab();
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  const session = await tab.createSession();
  await tab.send(session, "one");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
});

test("an answer that cannot be stored is requested again", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  const restore = tab.browser.refuseWrites("chatMessages", "quota");
  await env.clock.advance(2_000);
  await until(() => tab.landfall.sync.status.get().reason?.includes("no room"), "the failure to show");
  restore();
  await env.clock.advance(60_000);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
  expect(env.server.batches()).toHaveLength(2);
  expect((await tab.messages(session))[0]?.id).not.toMatch(/^temp-/);
});

test("a tab that is closed during a request leaves no partial state", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  env.server.fail(BATCH, { kind: "hang" });
  await first.send(session, "one");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 1, "the request");
  await first.landfall.close();
  const [entry] = await browser.database().syncQueue.toArray();
  expect(entry).toMatchObject({ status: "pending", attempts: 0 });
  expect(entry?.number).not.toBeNull();
});

test("what is saved is on the disk before a write resolves", async () => {
  const seen: (string | undefined)[] = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (mode === "readwrite" && this.name.endsWith(USER_ID)) seen.push(options?.durability);
    return transaction.call(this, stores, mode, options);
  };
  onTestFinished(() => void Object.assign(IDBDatabase.prototype, { transaction }));
  const tab = await new TestEnvironment().signedInTab();
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set(["strict"]));
});
