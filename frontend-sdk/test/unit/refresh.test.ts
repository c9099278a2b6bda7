// What other devices did: asked for cheaply, merged without touching what is unsent, and without gaps.

import { expect, test } from "vitest";
import type { NewMessage } from "../../src/api/types";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const INIT = /GET \/api\/sync\/init/;
const LIST = /GET \/api\/chat\/[^/]+\/messages/;
const SESSION = "20000000-0000-4000-8000-000000000001";

function remote(sessionId: string, from: number, count: number): NewMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    tempId: `temp-remote-${from + index}`,
    sessionId,
    role: "user",
    content: `${from + index}`,
    createdAt: "2026-11-21T07:00:00.000Z",
  }));
}

/** The session as it is on screen, until the test ends. */
function show(tab: Tab, session: string): () => string[] {
  const observable = tab.landfall.chat.messages(session);
  observable.subscribe(() => {});
  return () => (observable.get() ?? []).map(({ content }) => content);
}

test("a new device has the sessions and the newest messages of the last one after signing in", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "From afar");
  world.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 3));
  const tab = await world.signedInTab();
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title, sync }) => [title, sync.state])).toEqual([
    ["From afar", "synced"],
  ]);
  expect(await tab.browser.database().chatMessages.count()).toBe(3);
});

test("nothing new is a 304 that changes nothing", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await world.clock.advance(30_000);
  const requests = world.server.requests(INIT);
  expect(requests.map(({ status }) => status)).toEqual([200, 304]);
  expect(requests[1]?.ifNoneMatch).toBe('"0-"');
  expect(tab.landfall.sync.status.get().state).toBe("synced");
});

test("another device's messages appear in an open session", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  const shown = show(tab, session);
  world.server.writeAsOtherDevice(EMAIL, remote(session, 0, 2));
  await world.clock.advance(30_000);
  await until(() => shown().length === 2, "the other device's messages");
});

test("a refresh leaves unsent edits and unsent messages alone", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Old");
  const tab = await world.signedInTab();
  await tab.landfall.sync.pause();
  await tab.landfall.chat.renameSession(SESSION, "Mine");
  await tab.send(SESSION, "unsent");
  world.server.fail(/PATCH/, { kind: "status", status: 500 }, 99);
  world.server.fail(/batch/, { kind: "status", status: 500 }, 99);
  world.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 1));
  await tab.landfall.sync.resume();
  await until(async () => (await tab.browser.database().chatMessages.count()) === 2, "the other device's message");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Mine"]);
  expect((await tab.messages(SESSION)).map(({ content }) => content)).toEqual(["0", "unsent"]);
});

test("a refresh doesn't bring back a session whose delete is unsent", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Doomed");
  const tab = await world.signedInTab();
  world.server.fail(/DELETE/, { kind: "status", status: 500 }, 2);
  await tab.landfall.chat.deleteSession(SESSION);
  world.server.createAsOtherDevice(EMAIL, "20000000-0000-4000-8000-000000000002", "Other");
  await world.clock.advance(500);
  await tab.landfall.sync.now();
  await until(async () => (await tab.browser.database().chatSessions.count()) === 1, "the refresh");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Other"]);
});

test("a session that the server doesn't list is kept", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  await tab.syncedSession("Kept");
  world.server.account(EMAIL).sessions.clear();
  world.server.createAsOtherDevice(EMAIL, SESSION, "New");
  await world.clock.advance(30_000);
  await until(async () => (await tab.browser.database().chatSessions.count()) === 2, "the refresh");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title).sort()).toEqual(["Kept", "New"]);
});

test("a session that the server doesn't have is hidden when it is opened, unless something in it is unsent", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const [empty, busy] = [await tab.syncedSession("Empty"), await tab.syncedSession("Busy")];
  world.server.deleteAsOtherDevice(EMAIL, empty);
  world.server.deleteAsOtherDevice(EMAIL, busy);
  await tab.send(busy, "unsent");
  show(tab, empty);
  show(tab, busy);
  await until(() => world.server.requests(LIST).length >= 2, "both to be asked for");
  await until(async () => (await firstValue(tab.landfall.chat.sessions())).length === 1, "the empty one to be hidden");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Busy"]);
  expect(await tab.browser.database().chatSessions.count()).toBe(2);

  await tab.send(empty, "written all the same");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title).sort()).toEqual(["Busy", "Empty"]);
});

test("older messages come page by page, without a gap and to the end", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  world.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 120));
  const tab = await world.signedInTab();
  const shown = show(tab, SESSION);
  await until(() => shown().length === 50, "the newest page");
  expect(shown()[0]).toBe("70");
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 50, hasMore: true });
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 20, hasMore: false });
  expect(await tab.landfall.chat.loadOlder(SESSION)).toEqual({ loaded: 0, hasMore: false });
  await until(() => shown().length === 120, "all of them");
  expect(shown()).toEqual(Array.from({ length: 120 }, (_, index) => `${index}`));
});

test("loading older messages without a network says so", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  world.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 60));
  const tab = await world.signedInTab();
  world.server.setDown(true);
  await expect(tab.landfall.chat.loadOlder(SESSION)).rejects.toMatchObject({ code: "offline" });
  world.server.setDown(false);
  await world.clock.advanceUntil(() => tab.landfall.connectivity.status.get().online, "the line");
  await tab.landfall.connectivity.simulateOffline(true);
  const before = world.server.seen.length;
  await expect(tab.landfall.chat.loadOlder(SESSION)).rejects.toMatchObject({ code: "offline" });
  expect(world.server.seen).toHaveLength(before);
});

test("what was written during an absence is filled in without a gap", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "mine");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const shown = show(tab, session);
  await tab.idle();
  world.server.writeAsOtherDevice(EMAIL, remote(session, 0, 400));
  await world.clock.advance(30_000);
  await until(() => shown().at(-1) === "399", "all that was missed");
  while (shown().length < 401) await tab.landfall.chat.loadOlder(session);
  expect(shown()).toEqual(["mine", ...Array.from({ length: 400 }, (_, index) => `${index}`)]);
});

test("after a very long absence the end is shown, and scrolling back is without a gap", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "mine");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const shown = show(tab, session);
  await tab.idle();
  for (let batch = 0; batch < 3; batch += 1) world.server.writeAsOtherDevice(EMAIL, remote(session, batch * 500, 500));
  await world.clock.advance(30_000);
  await until(
    () => shown().at(-1) === "1499" && shown().length === 50,
    "the newest page alone, without what lies before the gap",
  );
  while ((await tab.landfall.chat.loadOlder(session)).hasMore) expect(shown().length).toBeGreaterThan(0);
  await until(() => shown().length === 1_501, "everything");
  expect(shown()).toEqual(["mine", ...Array.from({ length: 1_500 }, (_, index) => `${index}`)]);
});

test("a full local store during a refresh loses nothing and is asked again", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const restore = tab.browser.refuseWrites("chatSessions", "quota");
  world.server.createAsOtherDevice(EMAIL, SESSION, "From afar");
  await world.clock.advance(30_000);
  await until(() => tab.landfall.sync.status.get().reason?.includes("no room"), "the trouble to show");
  restore();
  await world.clock.advance(60_000);
  await until(async () => (await tab.browser.database().chatSessions.count()) === 1, "the session");
});
