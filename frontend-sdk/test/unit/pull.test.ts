// What other devices did: pulled page by page, stored without touching what is unsent, and without gaps.

import { expect, test } from "vitest";
import type { NewMessage } from "../../src/api/types";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const NEWS = /GET \/api\/sync\/changes/;
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

test("nothing new is one small question from where this device has read to", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const before = world.server.requests(NEWS).length;
  await world.clock.advance(30_000);
  expect(world.server.requests(NEWS)).toHaveLength(before + 1);
  expect(tab.landfall.sync.status.get().state).toBe("synced");
});

test("a pull of many pages stores each with its cursor, says how far it is, and goes on where it was cut off", async () => {
  const world = new World();
  world.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  world.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 900));
  const browser = world.browser();
  const first = browser.tab();
  const receiving: (number | undefined)[] = [];
  first.landfall.sync.status.subscribe((status) => receiving.push(status.receiving));
  world.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/changes") && world.server.requests(NEWS).length === 4) first.crash();
  };
  await first.landfall.auth.devSignIn({ email: EMAIL });
  const db = browser.database();
  await until(async () => (await db.chatMessages.count()) >= 599, "three pages");
  world.server.beforeAnswer = null;
  await until(() => receiving.includes(600), "the figure to show");
  const second = browser.tab();
  await second.landfall.start();
  await until(async () => (await db.chatMessages.count()) === 900, "the rest");
  await until(() => second.landfall.sync.status.get().receiving === undefined, "the end");
  // One page for each 200 rows, and none twice but the one whose answer was lost.
  expect(world.server.requests(NEWS).length).toBeLessThanOrEqual(7);
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
  world.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 }, 99);
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
  world.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 }, 2);
  await tab.landfall.chat.deleteSession(SESSION);
  world.server.createAsOtherDevice(EMAIL, "20000000-0000-4000-8000-000000000002", "Other");
  await world.clock.advance(500);
  await tab.landfall.sync.now();
  await until(async () => (await tab.browser.database().chatSessions.count()) === 1, "the refresh");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Other"]);
});

test("a session that another device deleted goes, unless something in it is unsent", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const [empty, busy] = [await tab.syncedSession("Empty"), await tab.syncedSession("Busy")];
  world.server.writeAsOtherDevice(EMAIL, [...remote(empty, 0, 2), ...remote(busy, 2, 2)]);
  await tab.landfall.sync.now();
  await until(async () => (await tab.browser.database().chatMessages.count()) === 4, "their messages");
  await tab.send(busy, "unsent");
  world.server.deleteAsOtherDevice(EMAIL, empty);
  world.server.deleteAsOtherDevice(EMAIL, busy);
  await world.clock.advance(2_000);
  await until(async () => (await firstValue(tab.landfall.chat.sessions())).length === 1, "the empty one to go");
  expect((await tab.messages(busy)).map(({ content, sync }) => [content, sync.code])).toEqual([
    ["unsent", "session_deleted"],
  ]);
  const [shown] = await firstValue(tab.landfall.chat.sessions());
  expect(shown).toMatchObject({ title: "Busy", failedMessages: 1 });
  await tab.landfall.sync.discard((await tab.messages(busy))[0]?.sync.entryId ?? "");
  expect(await firstValue(tab.landfall.chat.sessions())).toEqual([]);
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
