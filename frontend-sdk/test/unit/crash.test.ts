// Every moment at which a tab can end, and what the next one does.

import { expect, test } from "vitest";
import { sendMessage } from "../../src/chat/message-writes";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";
import { EMAIL, World } from "../support/world";

const BATCH = /POST \/api\/sync$/;

test("a crash after the body was frozen sends the same body again", async () => {
  const world = new World();
  const browser = world.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  world.server.fail(BATCH, { kind: "hang" });
  await first.send(session, "one", "two");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 1, "the first attempt");
  first.crash();

  const second = browser.tab();
  await second.landfall.start();
  await second.send(session, "three");
  await second.idle();
  const [attempt, repeat] = world.server.batches();
  expect(messagesIn(repeat?.body)).toEqual(messagesIn(attempt?.body));
  await world.clock.advance(2_000);
  await second.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one", "two", "three"]);
});

test("a crash after the server stored the batch stores nothing twice", async () => {
  const world = new World();
  const browser = world.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  await first.send(session, "one", "two");
  world.server.fail(BATCH, { kind: "lost-answer" });
  world.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/sync")) first.crash();
  };
  await world.clock.advance(2_000);
  await until(() => world.server.messagesOf(EMAIL).length === 2, "the batch to be stored");
  world.server.beforeAnswer = null;

  const second = browser.tab();
  await second.landfall.start();
  await second.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one", "two"]);
  expect((await second.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
    ["one", "synced"],
    ["two", "synced"],
  ]);
});

test("a message that is pulled before its lost answer is repeated is not shown twice", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  world.server.fail(BATCH, { kind: "lost-answer" });
  world.server.fail(BATCH, { kind: "status", status: 500 });
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 2, "the repeat to fail");
  await tab.landfall.sync.now();
  await until(async () => (await tab.messages(session)).every(({ id }) => !id.startsWith("temp-")), "the pulled row");
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(["one"]);
  await world.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([["one", "synced"]]);
});

test("a row and its entry are saved together or not at all", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const db = tab.browser.database();
  db.syncQueue.hook("creating", () => {
    throw new Error("no entry");
  });
  await expect(sendMessage(db, world.clock, session, { role: "user", content: "lost?" })).rejects.toThrow("no entry");
  expect(await db.chatMessages.count()).toBe(0);
  expect(await db.syncQueue.count()).toBe(0);
});

test("a write right after the sign-in, while the database is still being opened, is saved whole", async () => {
  const world = new World();
  const tab = world.browser().tab();
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  const session = await tab.createSession();
  await tab.send(session, "one");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
});

test("an answer that can't be stored is asked for again", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  const restore = tab.browser.refuseWrites("chatMessages", "quota");
  await world.clock.advance(2_000);
  await until(() => tab.landfall.sync.status.get().reason?.includes("no room"), "the trouble to show");
  restore();
  await world.clock.advance(60_000);
  await tab.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["one"]);
  expect(world.server.batches()).toHaveLength(2);
  expect((await tab.messages(session))[0]?.id).not.toMatch(/^temp-/);
});

test("a tab that is closed in the middle of a request leaves nothing half done", async () => {
  const world = new World();
  const browser = world.browser();
  const first = browser.tab();
  await first.signIn();
  const session = await first.syncedSession();
  world.server.fail(BATCH, { kind: "hang" });
  await first.send(session, "one");
  await world.clock.advance(2_000);
  await until(() => world.server.batches().length === 1, "the request");
  await first.landfall.close();
  const [entry] = await browser.database().syncQueue.toArray();
  expect(entry).toMatchObject({ status: "pending", attempts: 0 });
  expect(entry?.number).not.toBeNull();
});
