// Sending messages: stored at once, sent in batches, temporary ids replaced in one transaction, order kept.

import { expect, test } from "vitest";
import { UNSENT_POSITION } from "../../src/kinds/chat/message-writes";
import { watch } from "../../src/store/watch";
import type { NewMessage } from "../../src/types/wire";
import { EMAIL, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { messagesIn } from "../support/fake-server";

function batchSizes(env: TestEnvironment): number[] {
  return env.server.batches().map(({ body }) => messagesIn(body).length);
}

test("a message is visible at once and sent after two seconds without another", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "one");
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([["one", "saved"]]);
  await env.clock.advance(1_500);
  await tab.send(session, "two");
  await env.clock.advance(1_500);
  expect(batchSizes(env)).toEqual([]);
  await env.clock.advance(500);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(env)).toEqual([2]);
});

test("fifteen messages are sent without the pause", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, ...Array.from({ length: 14 }, (_, index) => `${index}`));
  await tab.idle();
  expect(batchSizes(env)).toEqual([]);
  await tab.send(session, "14");
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(env)).toEqual([15]);
});

test("messages of two sessions share a request, and each session has its own pause", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const [first, second] = [await tab.syncedSession("A"), await tab.syncedSession("B")];
  await tab.send(first, "a1");
  await tab.send(second, "b1");
  await env.clock.advance(1_000);
  await tab.send(first, "a2");
  await env.clock.advance(1_000);
  expect(batchSizes(env)).toEqual([1]);
  await tab.send(second, "b2");
  await env.clock.advance(1_000);
  expect(batchSizes(env)).toEqual([1, 2]);
  await env.clock.advance(1_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(env)).toEqual([1, 2, 1]);
});

test("a request holds at most 500 messages", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(session, ...Array.from({ length: 510 }, (_, index) => `${index}`));
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(env)).toEqual([500, 10]);
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(
    Array.from({ length: 510 }, (_, index) => `${index}`),
  );
}, 90_000);

test("twenty messages of 100 KB are sent in order in requests of about one megabyte", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const texts = Array.from({ length: 20 }, (_, index) => `${index}:`.padEnd(100_000, "x"));
  await tab.send(session, ...texts);
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  for (const { body } of env.server.batches()) expect(JSON.stringify(body).length).toBeLessThan(1_100_000);
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(texts);
});

test("a message larger than a request's limit is sent alone", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "before", "\u{1F980}".repeat(999_999), "after");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(batchSizes(env)).toEqual([1, 1, 1]);
});

test("temporary ids are replaced in the row and the outbox in one transaction", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
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
  await env.clock.advance(2_000);
  await until(() => moments.size === 2, "the answer to be stored");
  stop();
  expect([...moments]).toEqual(["temp/1", "real/0"]);
  const [row] = await tab.messages(session);
  expect(row).toMatchObject({ tempId, content: "one", sync: { state: "synced" } });
  expect(row?.id).not.toBe(tempId);
});

test("unsent messages come last in the order of writing, whatever the clock says", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "sent");
  await env.clock.advance(2_000);
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

test("messages wait for their session's create and for no other entry", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const other = await tab.syncedSession("Other");
  const session = await tab.createSession("refuse me");
  await tab.send(session, "in the new one");
  await tab.send(other, "in the other one");
  await env.clock.advance(2_000);
  await until(() => env.server.messagesOf(EMAIL).length === 1, "the other session's message");
  expect(env.server.messagesOf(EMAIL)[0]?.content).toBe("in the other one");
  await tab.landfall.chat.renameSession(session, "New");
  await until(() => env.server.messagesOf(EMAIL).length === 2, "the create and its message");
});

test("a session and its messages are sent in one request, the session first", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const session = await tab.createSession("New");
  await tab.send(session, "one", "two");
  await env.clock.advance(2_000);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.pushed()).toEqual([["put New", "put one", "put two"]]);
});

test("text that cannot be stored is cleaned before it is enqueued", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.landfall.chat.send(session, {
    role: "user",
    content: "a\0b\uD800c\u{1F600}",
    metadata: { "k\0": ["\uDC00"] },
  });
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const [message] = env.server.messagesOf(EMAIL);
  expect(message).toMatchObject({ content: "a\uFFFDb\uFFFDc\u{1F600}", metadata: { "k\uFFFD": ["\uFFFD"] } });
});

test("input that the server never accepts throws at once and stores nothing", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const { chat } = tab.landfall;
  const robot = { role: "robot", content: "x" } as unknown as NewMessage;
  await expect(chat.send(session, robot)).rejects.toMatchObject({ code: "invalid_input", pointer: "/role" });
  await expect(chat.send(session, { role: "user", content: "" })).rejects.toMatchObject({ pointer: "/content" });
  await expect(chat.send(session, { role: "user", content: "x".repeat(1_000_001) })).rejects.toMatchObject({
    pointer: "/content",
  });
  const metadata = { deep: [{ big: Number.NaN }] };
  await expect(chat.send(session, { role: "user", content: "x", metadata })).rejects.toMatchObject({
    pointer: "/metadata/deep/0/big",
  });
  await expect(chat.send("nowhere", { role: "user", content: "x" })).rejects.toMatchObject({ code: "not_found" });
  await expect(chat.createSession({ title: "x".repeat(201) })).rejects.toMatchObject({ pointer: "/title" });
  const db = tab.browser.database();
  expect([await db.chatMessages.count(), await db.syncQueue.count(), await db.chatSessions.count()]).toEqual([0, 0, 1]);
});

for (const how of ["quota", "abort"] as const) {
  test(`a write that the browser rejects (${how}) is reported as not saved`, async () => {
    const env = new TestEnvironment();
    const tab = await env.signedInTab();
    const session = await tab.syncedSession();
    const restore = tab.browser.refuseWrites("syncQueue", how);
    await expect(tab.send(session, "lost")).rejects.toMatchObject({ name: "StorageFullError", code: "storage_full" });
    restore();
    expect(await tab.messages(session)).toEqual([]);
    await tab.send(session, "kept");
    await env.clock.advance(2_000);
    await tab.landfall.sync.awaitInSync();
    expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["kept"]);
  });
}

test("a clock that is set back by years delays no message", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "from the future");
  await tab.browser.database().syncQueue.toCollection().modify({ nextRetryAt: "2036-01-01T00:00:00.000Z" });
  await tab.landfall.chat.send(session, { role: "user", content: "now" });
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["from the future", "now"]);
});

test("a message that only calls a tool needs no text", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const metadata = { tool_calls: [{ id: "c1", name: "tide" }] };
  await tab.landfall.chat.send(session, { role: "assistant", content: "", metadata });
  await tab.untilSent();
  expect(env.server.messagesOf(EMAIL)).toMatchObject([{ role: "assistant", content: "", metadata }]);
  const nothing = { role: "user", content: undefined } as never;
  await expect(tab.landfall.chat.send(session, nothing)).rejects.toMatchObject({ code: "invalid_input" });
});
