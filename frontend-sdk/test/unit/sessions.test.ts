// Chat sessions: edits that join, edits under way, deletes that need no request, and answers that come too late.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const SYNC = /POST \/api\/sync$/;

function writes(world: World): string[] {
  return world.server.pushed().flat();
}

async function titles(tab: Tab): Promise<string[]> {
  return (await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title);
}

test("edits before the first sending join the create: the server sees one write", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await tab.createSession("A");
  await tab.landfall.chat.renameSession(id, "B");
  await tab.landfall.chat.renameSession(id, "C");
  expect(await titles(tab)).toEqual(["C"]);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.landfall.sync.awaitInSync();
  expect(writes(world)).toEqual(["put C"]);
});

test("an edit that leads back to what the server has is no work", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const id = await tab.syncedSession("A");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.chat.renameSession(id, "B");
  await tab.landfall.chat.renameSession(id, "B");
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
  await tab.landfall.chat.renameSession(id, "A");
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("an edit made while the previous one is under way survives its answer", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const id = await tab.syncedSession("A");
  let edited = false;
  world.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || edited || writes(world).length < 2) return;
    edited = true;
    await tab.landfall.chat.renameSession(id, "C");
  };
  await tab.landfall.chat.renameSession(id, "B");
  await until(() => edited, "the edit under way");
  await tab.landfall.sync.awaitInSync();
  expect(writes(world)).toEqual(["put A", "put B", "put C"]);
  expect(await titles(tab)).toEqual(["C"]);
  expect(world.server.liveSessionsOf(EMAIL).map(({ title }) => title)).toEqual(["C"]);
});

test("a frozen edit is sent again as it was, and the later edit after it", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const id = await tab.syncedSession("A");
  world.server.fail(SYNC, { kind: "status", status: 500 });
  await tab.landfall.chat.renameSession(id, "B");
  await until(() => writes(world).length === 2, "the first attempt");
  await tab.landfall.chat.renameSession(id, "C");
  await world.clock.advanceUntil(() => writes(world).length === 4, "both edits");
  expect(writes(world)).toEqual(["put A", "put B", "put B", "put C"]);
});

test("an unsent session that is deleted needs no request at all", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  const id = await tab.createSession();
  await tab.send(id, "one");
  await tab.landfall.chat.deleteSession(id);
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count(), await db.syncQueue.count()]).toEqual([0, 0, 0]);
  await tab.landfall.connectivity.simulateOffline(false);
  await world.clock.advance(5_000);
  expect(writes(world)).toEqual([]);
});

test("a session deleted while its create is under way is deleted at the server too", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  let id = "";
  let deleted = false;
  world.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || deleted) return;
    await until(() => id !== "");
    await tab.landfall.chat.deleteSession(id);
    deleted = true;
  };
  id = await tab.createSession();
  await until(() => deleted, "the delete under way");
  await tab.landfall.sync.awaitInSync();
  expect(writes(world)).toEqual(["put Plans", "delete"]);
  expect(world.server.liveSessionsOf(EMAIL)).toEqual([]);
  expect(await titles(tab)).toEqual([]);
});

test("the answer of a batch doesn't bring back a session that was deleted meanwhile", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const id = await tab.syncedSession();
  let deleted = false;
  world.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync") || deleted || !writes(world).includes("put one")) return;
    deleted = true;
    await tab.landfall.chat.deleteSession(id);
  };
  await tab.send(id, "one");
  await world.clock.advance(2_000);
  await until(() => deleted, "the delete under way");
  await tab.landfall.sync.awaitInSync();
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count()]).toEqual([0, 0]);
  expect(world.server.liveSessionsOf(EMAIL)).toEqual([]);
});

test("deleting what another device has deleted is done without complaint", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const id = await tab.syncedSession();
  world.server.space(EMAIL).table("chatSessions").delete(id);
  await tab.landfall.chat.deleteSession(id);
  expect(await tab.landfall.sync.awaitInSync()).toMatchObject({ failed: 0 });
});

test("a repeated create is answered with the session that is already there", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.fail(SYNC, { kind: "lost-answer" });
  await tab.createSession("Once");
  await tab.landfall.sync.awaitInSync();
  expect(writes(world)).toEqual(["put Once", "put Once"]);
  expect(world.server.liveSessionsOf(EMAIL)).toHaveLength(1);
});
