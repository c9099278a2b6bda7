// Chat sessions: edits that are merged before sending, edits during a push, deletes without a request, and late
// answers.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const SYNC = /POST \/api\/sync$/;

function writes(env: TestEnvironment): string[] {
  return env.server.pushed().flat();
}

async function titles(tab: Tab): Promise<string[]> {
  return (await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title);
}

test("edits before the first push are merged into the create, and the server receives one write", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await tab.createSession("A");
  await tab.landfall.chat.renameSession(id, "B");
  await tab.landfall.chat.renameSession(id, "C");
  expect(await titles(tab)).toEqual(["C"]);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(writes(env)).toEqual(["put C"]);
});

test("an edit that is undone enqueues nothing", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession("A");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.chat.renameSession(id, "B");
  await tab.landfall.chat.renameSession(id, "B");
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
  await tab.landfall.chat.renameSession(id, "A");
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("a device that changes another member of a chat than another device, while it is offline, keeps both", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession("A");
  await tab.landfall.connectivity.simulateOffline(true);
  const userData = env.server.userData(EMAIL);
  userData.write("chatSessions", id, { ...userData.live("chatSessions")[id], title: "B" });
  await tab.landfall.chat.updateSession(id, { metadata: { pinned: true } });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(userData.live("chatSessions")[id]).toMatchObject({ title: "B", metadata: { pinned: true } });
  expect(await titles(tab)).toEqual(["B"]);
});

test("a chat that has got messages is renamed by one request", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession("A");
  await tab.landfall.chat.send(id, { role: "user", content: "x" });
  await tab.untilSent();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.chat.renameSession(id, "B");
  const before = writes(env).length;
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(writes(env).slice(before)).toEqual(["put B"]);
});

test("an edit made during a push survives the answer", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession("A");
  let edited = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || edited || writes(env).length < 2) return;
    edited = true;
    await tab.landfall.chat.renameSession(id, "C");
  };
  await tab.landfall.chat.renameSession(id, "B");
  await until(() => edited, "the edit under way");
  await tab.landfall.sync.awaitInSync();
  expect(writes(env)).toEqual(["put A", "put B", "put C"]);
  expect(await titles(tab)).toEqual(["C"]);
  expect(env.server.liveSessionsOf(EMAIL).map(({ title }) => title)).toEqual(["C"]);
});

test("a sealed edit is sent again unchanged, and the later edit after it", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession("A");
  env.server.fail(SYNC, { kind: "status", status: 500 });
  await tab.landfall.chat.renameSession(id, "B");
  await until(() => writes(env).length === 2, "the first attempt");
  await tab.landfall.chat.renameSession(id, "C");
  await env.clock.advanceUntil(() => writes(env).length === 4, "both edits");
  expect(writes(env)).toEqual(["put A", "put B", "put B", "put C"]);
});

test("an unsent session that is deleted needs no request", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await tab.createSession();
  await tab.send(id, "one");
  await tab.landfall.chat.deleteSession(id);
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count(), await db.syncQueue.count()]).toEqual([0, 0, 0]);
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(5_000);
  expect(writes(env)).toEqual([]);
});

test("a session deleted while its create is under way is deleted at the server", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  let id = "";
  let deleted = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || deleted) return;
    await until(() => id !== "");
    await tab.landfall.chat.deleteSession(id);
    deleted = true;
  };
  id = await tab.createSession();
  await until(() => deleted, "the delete under way");
  await tab.landfall.sync.awaitInSync();
  expect(writes(env)).toEqual(["put Plans", "delete"]);
  expect(env.server.liveSessionsOf(EMAIL)).toEqual([]);
  expect(await titles(tab)).toEqual([]);
});

test("the answer of a batch does not restore a session that was deleted meanwhile", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession();
  let deleted = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || deleted || !writes(env).includes("put one")) return;
    deleted = true;
    await tab.landfall.chat.deleteSession(id);
  };
  await tab.send(id, "one");
  await env.clock.advance(2_000);
  await until(() => deleted, "the delete under way");
  await tab.landfall.sync.awaitInSync();
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count()]).toEqual([0, 0]);
  expect(env.server.liveSessionsOf(EMAIL)).toEqual([]);
});

test("deleting a session that another device deleted succeeds", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.syncedSession();
  env.server.userData(EMAIL).table("chatSessions").delete(id);
  await tab.landfall.chat.deleteSession(id);
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 0 });
});

test("a chat that two devices have created is deleted by the one that deletes it during its create", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await tab.createSession("Of this device");
  env.server.userData(EMAIL).write("chatSessions", id, { title: "Of another one", projectId: null, metadata: null });
  let isDeleted = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || isDeleted) return;
    isDeleted = true;
    await tab.landfall.chat.deleteSession(id);
  };
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(isDeleted).toBe(true);
  expect(env.server.liveSessionsOf(EMAIL)).toEqual([]);
  expect(await titles(tab)).toEqual([]);
});

test("a repeated create returns the stored session", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(SYNC, { kind: "lost-answer" });
  await tab.createSession("Once");
  await tab.landfall.sync.awaitInSync();
  expect(writes(env)).toEqual(["put Once", "put Once"]);
  expect(env.server.liveSessionsOf(EMAIL)).toHaveLength(1);
});
