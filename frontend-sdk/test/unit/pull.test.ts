// Changes of other devices: pulled in pages and stored beside unsent rows, without gaps.

import { expect, test } from "vitest";
import type { NewMessage } from "../../src/types/wire";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const CHANGES = /GET \/api\/sync\/changes/;
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

/** Subscribes to a session until the test ends. The returned function gives its texts. */
function show(tab: Tab, session: string): () => string[] {
  const observable = tab.landfall.chat.messages(session);
  observable.subscribe(() => {});
  return () => (observable.get() ?? []).map(({ content }) => content);
}

test("a new device has the sessions and the last session's newest messages after the sign-in", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, SESSION, "From afar");
  env.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 3));
  const tab = await env.signedInTab();
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title, sync }) => [title, sync.state])).toEqual([
    ["From afar", "synced"],
  ]);
  expect(await tab.browser.database().chatMessages.count()).toBe(3);
});

test("a pull without changes is one request with the cursor", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const before = env.server.requests(CHANGES).length;
  await env.clock.advance(30_000);
  expect(env.server.requests(CHANGES)).toHaveLength(before + 1);
  expect(tab.landfall.sync.status.get().state).toBe("synced");
});

test("a pull of many pages stores each page with its cursor, reports progress, and continues after an interruption", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, SESSION, "Long");
  env.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 900));
  const browser = env.browser();
  const first = browser.tab();
  const receiving: (number | undefined)[] = [];
  first.landfall.sync.status.subscribe((status) => receiving.push(status.receiving));
  env.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/changes") && env.server.requests(CHANGES).length === 4) first.crash();
  };
  await first.landfall.auth.devSignIn({ email: EMAIL });
  const db = browser.database();
  await until(async () => (await db.chatMessages.count()) >= 599, "three pages");
  env.server.beforeAnswer = null;
  await until(() => receiving.includes(600), "the number to show");
  const second = browser.tab();
  await second.landfall.start();
  await until(async () => (await db.chatMessages.count()) === 900, "the rest");
  await until(() => second.landfall.sync.status.get().receiving === undefined, "the end");
  // One page for each 200 rows. Only the page with the lost answer is requested twice.
  expect(env.server.requests(CHANGES).length).toBeLessThanOrEqual(7);
});

test("another device's messages appear in an open session", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const shown = show(tab, session);
  env.server.writeAsOtherDevice(EMAIL, remote(session, 0, 2));
  await env.clock.advance(30_000);
  await until(() => shown().length === 2, "the other device's messages");
});

test("a refresh keeps unsent edits and unsent messages", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, SESSION, "Old");
  const tab = await env.signedInTab();
  await tab.landfall.sync.pause();
  await tab.landfall.chat.renameSession(SESSION, "Mine");
  await tab.send(SESSION, "unsent");
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 }, 99);
  env.server.writeAsOtherDevice(EMAIL, remote(SESSION, 0, 1));
  await tab.landfall.sync.resume();
  await until(async () => (await tab.browser.database().chatMessages.count()) === 2, "the other device's message");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Mine"]);
  expect((await tab.messages(SESSION)).map(({ content }) => content)).toEqual(["0", "unsent"]);
});

test("a refresh does not restore a session whose delete is unsent", async () => {
  const env = new TestEnvironment();
  env.server.createAsOtherDevice(EMAIL, SESSION, "Doomed");
  const tab = await env.signedInTab();
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 }, 2);
  await tab.landfall.chat.deleteSession(SESSION);
  env.server.createAsOtherDevice(EMAIL, "20000000-0000-4000-8000-000000000002", "Other");
  await env.clock.advance(500);
  await tab.landfall.sync.now();
  await until(async () => (await tab.browser.database().chatSessions.count()) === 1, "the refresh");
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Other"]);
});

test("a session that another device deleted is removed, unless it has unsent messages", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const [empty, busy] = [await tab.syncedSession("Empty"), await tab.syncedSession("Busy")];
  env.server.writeAsOtherDevice(EMAIL, [...remote(empty, 0, 2), ...remote(busy, 2, 2)]);
  await tab.landfall.sync.now();
  await until(async () => (await tab.browser.database().chatMessages.count()) === 4, "their messages");
  await tab.send(busy, "unsent");
  env.server.deleteAsOtherDevice(EMAIL, empty);
  env.server.deleteAsOtherDevice(EMAIL, busy);
  await env.clock.advance(2_000);
  await until(async () => (await firstValue(tab.landfall.chat.sessions())).length === 1, "the empty one to go");
  expect((await tab.messages(busy)).map(({ content, sync }) => [content, sync.code])).toEqual([
    ["unsent", "session_deleted"],
  ]);
  const [shown] = await firstValue(tab.landfall.chat.sessions());
  expect(shown).toMatchObject({ title: "Busy", failedMessages: 1 });
  await tab.landfall.sync.discard((await tab.messages(busy))[0]?.sync.entryId ?? "");
  expect(await firstValue(tab.landfall.chat.sessions())).toEqual([]);
});

test("messages written during an absence arrive without a gap", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "mine");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  const shown = show(tab, session);
  await tab.idle();
  env.server.writeAsOtherDevice(EMAIL, remote(session, 0, 400));
  await env.clock.advance(30_000);
  await until(() => shown().at(-1) === "399", "all that was missed");
  while (shown().length < 401) await tab.landfall.chat.loadOlder(session);
  expect(shown()).toEqual(["mine", ...Array.from({ length: 400 }, (_, index) => `${index}`)]);
});

test("a full disk during a refresh loses nothing, and the page is requested again", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const restore = tab.browser.refuseWrites("chatSessions", "quota");
  env.server.createAsOtherDevice(EMAIL, SESSION, "From afar");
  await env.clock.advance(30_000);
  await until(() => tab.landfall.sync.status.get().reason?.includes("no room"), "the failure to show");
  restore();
  await env.clock.advance(60_000);
  await until(async () => (await tab.browser.database().chatSessions.count()) === 1, "the session");
});
