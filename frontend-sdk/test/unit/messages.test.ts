// Sending: local at once, gathered into batches, temporary ids replaced everywhere together, order kept.

import { expect, test } from "vitest";
import type { NewMessage } from "../../src/api/types";
import { UNSENT_POSITION } from "../../src/chat/message-writes";
import { watch } from "../../src/db/watch";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";
import { EMAIL, World } from "../support/world";

function batchSizes(world: World): number[] {
  return world.server.batches().map(({ body }) => messagesIn(body).length);
}

test("a message is here at once and sent after two seconds of quiet", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([["one", "saved"]]);
  await world.clock.advance(1_500);
  await tab.send(session, "two");
  await world.clock.advance(1_500);
  expect(batchSizes(world)).toEqual([]);
  await world.clock.advance(500);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(world)).toEqual([2]);
});

test("fifteen messages are sent without waiting for quiet", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, ...Array.from({ length: 14 }, (_, index) => `${index}`));
  await tab.idle();
  expect(batchSizes(world)).toEqual([]);
  await tab.send(session, "14");
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(world)).toEqual([15]);
});

test("the messages of two sessions share a request, each session with a pause of its own", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const [first, second] = [await tab.syncedSession("A"), await tab.syncedSession("B")];
  await tab.send(first, "a1");
  await tab.send(second, "b1");
  await world.clock.advance(1_000);
  await tab.send(first, "a2");
  await world.clock.advance(1_000);
  expect(batchSizes(world)).toEqual([1]);
  await tab.send(second, "b2");
  await world.clock.advance(1_000);
  expect(batchSizes(world)).toEqual([1, 2]);
  await world.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(world)).toEqual([1, 2, 1]);
});

test("a request holds at most 500 messages", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(session, ...Array.from({ length: 510 }, (_, index) => `${index}`));
  await tab.landfall.connectivity.simulateOffline(false);
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(world)).toEqual([500, 10]);
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(
    Array.from({ length: 510 }, (_, index) => `${index}`),
  );
});

test("twenty messages of 100 KB go in requests of about a megabyte, in order", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const texts = Array.from({ length: 20 }, (_, index) => `${index}:`.padEnd(100_000, "x"));
  await tab.send(session, ...texts);
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  for (const { body } of world.server.batches()) expect(JSON.stringify(body).length).toBeLessThan(1_100_000);
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(texts);
});

test("one message above the size of a request goes alone", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "before", "\u{1F980}".repeat(999_999), "after");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(world)).toEqual([1, 1, 1]);
});

test("temporary ids are replaced in the row and the queue in one transaction", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const db = tab.browser.database();
  const [tempId] = await tab.send(session, "one");
  const moments = new Set<string>();
  const stop = watch(
    () =>
      db.transaction("r", db.chatMessages, db.syncQueue, async () => {
        const rows = await db.chatMessages.toArray();
        return `${rows.map(({ id }) => (id === tempId ? "temp" : "real")).join()}/${await db.syncQueue.count()}`;
      }),
    (moment) => moments.add(moment),
  );
  await until(() => moments.size === 1);
  await world.clock.advance(2_000);
  await until(() => moments.size === 2, "the answer to be stored");
  stop();
  expect([...moments]).toEqual(["temp/1", "real/0"]);
  const [row] = await tab.messages(session);
  expect(row).toMatchObject({ tempId, content: "one", sync: { state: "synced" } });
  expect(row?.id).not.toBe(tempId);
});

test("unsent messages stand last, in the order of writing, whatever the clock says", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "sent");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(session, "late 1", "late 2");
  const db = tab.browser.database();
  await db.chatMessages.filter(({ content }) => content === "late 2").modify({ createdAt: "1999-01-01T00:00:00.000Z" });
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(["sent", "late 1", "late 2"]);
  const positions = (await tab.messages(session)).map(({ position }) => position);
  expect(positions[0]).toBeLessThan(UNSENT_POSITION);
  expect(positions.slice(1).every((position) => position > UNSENT_POSITION && Number.isSafeInteger(position))).toBe(
    true,
  );
});

test("messages wait for their session's create and for nothing else", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const other = await tab.syncedSession("Other");
  const session = await tab.createSession("refuse me");
  await tab.send(session, "in the new one");
  await tab.send(other, "in the other one");
  await world.clock.advance(2_000);
  await until(() => world.server.messagesOf(EMAIL).length === 1, "the other session's message");
  expect(world.server.messagesOf(EMAIL)[0]?.content).toBe("in the other one");
  await tab.landfall.chat.renameSession(session, "New");
  await until(() => world.server.messagesOf(EMAIL).length === 2, "the create and its message");
});

test("a session and its messages go in one request, the session first", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const session = await tab.createSession("New");
  await tab.send(session, "one", "two");
  await world.clock.advance(2_000);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(world.server.pushed()).toEqual([["put New", "put one", "put two"]]);
});

test("text that can't be stored is cleaned before it is queued", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.chat.send(session, {
    role: "user",
    content: "a\0b\uD800c\u{1F600}",
    metadata: { "k\0": ["\uDC00"] },
  });
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const [message] = world.server.messagesOf(EMAIL);
  expect(message).toMatchObject({ content: "a\uFFFDb\uFFFDc\u{1F600}", metadata: { "k\uFFFD": ["\uFFFD"] } });
});

test("input that would never pass throws at once and stores nothing", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const { chat } = tab.landfall;
  const robot = { role: "robot", content: "x" } as unknown as NewMessage;
  await expect(chat.send(session, robot)).rejects.toMatchObject({ code: "invalid_input", pointer: "/role" });
  await expect(chat.send(session, { role: "user", content: "" })).rejects.toMatchObject({ pointer: "/content" });
  await expect(chat.send(session, { role: "user", content: "x".repeat(1_000_001) })).rejects.toMatchObject({
    pointer: "/content",
  });
  const metadata = { deep: [{ big: 2 ** 53 }] };
  await expect(chat.send(session, { role: "user", content: "x", metadata })).rejects.toMatchObject({
    pointer: "/metadata/deep/0/big",
  });
  await expect(chat.send("nowhere", { role: "user", content: "x" })).rejects.toMatchObject({ code: "not_found" });
  await expect(chat.createSession({ title: "x".repeat(201) })).rejects.toMatchObject({ pointer: "/title" });
  const db = tab.browser.database();
  expect([await db.chatMessages.count(), await db.syncQueue.count(), await db.chatSessions.count()]).toEqual([0, 0, 1]);
});

for (const how of ["quota", "abort"] as const) {
  test(`a write that the browser refuses (${how}) is reported as not saved`, async () => {
    const world = new World();
    const tab = await world.signedInTab();
    const session = await tab.syncedSession();
    const restore = tab.browser.refuseWrites("syncQueue", how);
    await expect(tab.send(session, "lost")).rejects.toMatchObject({ name: "StorageFullError", code: "storage_full" });
    restore();
    expect(await tab.messages(session)).toEqual([]);
    await tab.send(session, "kept");
    await world.clock.advance(2_000);
    await tab.landfall.sync.awaitInSync();
    expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["kept"]);
  });
}

test("a clock that was set back by years doesn't hold a message back", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "from the future");
  await tab.browser.database().syncQueue.toCollection().modify({ nextRetryAt: "2036-01-01T00:00:00.000Z" });
  await tab.landfall.chat.send(session, { role: "user", content: "now" });
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(world.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["from the future", "now"]);
});
