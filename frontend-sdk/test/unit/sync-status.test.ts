// No status says "synced" while anything is on its way in or out or needs the user, and the service worker releases the outbox if it cannot send.

import { expect, test } from "vitest";
import { sealNext } from "../../src/outbox/seal";
import { flushQueue } from "../../src/service-worker";
import { liveOf, type WorkspaceSource } from "../../src/store/live";
import type { Observable, RowSync, SyncStatus } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

/** Records each callback with an unsent row while the tab's status is "synced". */
function recordFalseClaims({ landfall }: Tab, sessionId: string): string[] {
  const falseClaims: string[] = [];
  const check = (rows: readonly { id: string; sync: RowSync }[] | undefined) => {
    const unsent = rows?.find(({ sync }) => sync.state !== "synced");
    if (unsent && landfall.sync.status.get().state === "synced")
      falseClaims.push(`${unsent.id} is ${unsent.sync.state}`);
  };
  landfall.chat.messages(sessionId).subscribe(check);
  landfall.chat.sessions().subscribe(check);
  return falseClaims;
}

test("no tab receives an unsent row while its status is synced", async () => {
  const env = new TestEnvironment();
  const browser = env.browser();
  const [writer, reader] = [browser.tab(), browser.tab()];
  await writer.signIn();
  await reader.landfall.start();
  const session = await writer.syncedSession();
  const falseClaims = [recordFalseClaims(writer, session), recordFalseClaims(reader, session)];
  for (let round = 0; round < 5; round += 1) {
    for (const tab of [writer, reader]) await until(() => tab.landfall.sync.status.get().state === "synced", "synced");
    await writer.send(session, `message ${round}`);
    await writer.createSession(`Session ${round}`);
    await writer.idle();
    await env.clock.advance(2_000);
    await writer.landfall.sync.awaitInSync();
  }
  expect(falseClaims).toEqual([[], []]);
});

test("the service worker stops at once without the server, so that a page can lead", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  await tab.send(session, "left behind");
  await tab.landfall.close();
  env.server.setDown(true);
  const { storage, jar, locks } = tab.browser;
  const fetch = env.server.fetchFor(jar);
  const options = { baseUrl: "http://landfall.test", name: env.appName, clock: env.clock, storage, fetch };
  await expect(flushQueue({ ...options, locks: locks.client() })).rejects.toMatchObject({ code: "offline" });
  expect(await tab.browser.database().syncQueue.count()).toBe(1);
});

/** Collects the states that a tab shows. */
function recordStates({ landfall }: Tab): SyncStatus["state"][] {
  const states: SyncStatus["state"][] = [];
  landfall.sync.status.subscribe(({ state }) => states.at(-1) !== state && states.push(state));
  return states;
}

const tags = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index): [string, string] => [`t${from + index}`, `Tag ${from + index}`]);

test("a new device receives until the last row is there, and never says synced before", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  for (const [id, name] of tags(0, 450)) userData.write("tags", id, { name });
  const tab = env.browser().tab();
  const states = recordStates(tab);
  const early: number[] = [];
  tab.landfall.sync.status.subscribe(async ({ state }) => {
    if (state === "synced") early.push((await tab.landfall.collections.tags.list()).length);
  });
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  const status = await tab.landfall.sync.awaitInSync();
  expect(status).toEqual(tab.landfall.sync.status.get());
  expect(status).toMatchObject({ state: "synced", pending: 0, failed: 0, conflicts: 0 });
  expect(status.receiving).toBeUndefined();
  expect((await tab.landfall.collections.tags.list()).length).toBe(450);
  await until(() => early.length > 0, "a look at the rows");
  expect(new Set(early)).toEqual(new Set([450]));
  expect(states).toContain("receiving");
});

/** How many rows a table has, by a live query that takes longer than the one behind the status. */
function slowCount({ landfall }: Tab, table: string): Observable<number | undefined> {
  const [source] = landfall.collections.tags.all().key as [WorkspaceSource];
  return liveOf(source, {
    key: ["slow", table],
    query: async ({ db }) => {
      const count = await db.table(table).count();
      for (let left = 60; left > 0; left -= 1) await db.table("projects").get(`none ${left}`);
      return count;
    },
  });
}

test("rows are shown before the status speaks of them", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  for (const [id, name] of tags(0, 450)) userData.write("tags", id, { name });
  const tab = env.browser().tab();
  const shown = slowCount(tab, "tags");
  shown.subscribe(() => {});
  const told: { state: string; rows: number; missing: number }[] = [];
  tab.landfall.sync.status.subscribe(({ state, receiving }) => {
    const rows = state === "synced" ? 450 : state === "receiving" ? (receiving ?? 0) : null;
    if (rows !== null) told.push({ state, rows, missing: Math.max(0, rows - (shown.get() ?? 0)) });
  });
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await tab.landfall.sync.awaitInSync();
  expect(told.map(({ state }) => state)).toContain("receiving");
  expect(told.at(-1)).toEqual({ state: "synced", rows: 450, missing: 0 });
  expect(told.filter(({ missing }) => missing > 0)).toEqual([]);
});

test("entries are shown as sent before the status says synced", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  const queued = slowCount(tab, "syncQueue");
  queued.subscribe(() => {});
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await until(() => queued.get() === 1, "the view of the entry");
  const told: (number | undefined)[] = [];
  tab.landfall.sync.status.subscribe(({ state }) => state === "synced" && told.push(queued.get()));
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect(told).toEqual([0]);
});

test("rows that are still to come are told while the server can't be reached, and after a reload", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  for (const [id, name] of tags(0, 450)) userData.write("tags", id, { name });
  const browser = env.browser();
  const tab = browser.tab();
  env.server.beforeAnswer = ({ path }) => {
    if (path.endsWith("/changes") && env.server.requests(/changes/).length === 2) env.server.setDown(true);
  };
  await tab.landfall.auth.devSignIn({ email: EMAIL });
  await until(() => tab.landfall.sync.status.get().state === "offline", "offline");
  expect(tab.landfall.sync.status.get().receiving).toBeGreaterThan(0);
  await tab.landfall.close();
  env.server.beforeAnswer = null;
  const again = browser.tab();
  await again.landfall.start();
  await until(() => again.landfall.sync.status.get().receiving, "the rows to come");
  expect(again.landfall.sync.status.get().state).not.toBe("synced");
});

test("a collection that is included again is received first", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await tab.sync();
  await tab.landfall.sync.exclude("tags");
  env.server.userData(EMAIL).write("tags", "t", { name: "Sea" });
  await tab.landfall.sync.include("tags");
  await tab.landfall.sync.awaitInSync();
  expect(await tab.landfall.collections.tags.list()).toHaveLength(1);
});

test("awaitInSync waits while the server can't be reached, and rejects when the user signs out", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { sync, auth, connectivity } = tab.landfall;
  await tab.sync();
  await connectivity.simulateOffline(true);
  const ended: unknown[] = [];
  const waiting = sync.awaitInSync().then((status) => void ended.push(status));
  await tab.idle();
  expect([ended, sync.status.get().state]).toEqual([[], "offline"]);
  await connectivity.simulateOffline(false);
  await waiting;
  expect(ended).toMatchObject([{ state: "synced" }]);
  await sync.pause();
  const left = expect(sync.awaitInSync()).rejects.toMatchObject({ code: "not_signed_in" });
  await auth.signOut();
  await left;
});

test("an open conflict is a state of its own, and is no change that could not be sent", async () => {
  const env = new TestEnvironment();
  env.options = { conflicts: { tags: "ask" } };
  const userData = env.server.userData(EMAIL);
  userData.write("tags", "t", { name: "Sea" });
  const tab = await env.signedInTab();
  const { sync, collections, conflicts, auth } = tab.landfall;
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  await collections.tags.put({ id: "t", name: "Lake" });
  userData.write("tags", "t", { name: "Pond" });
  await tab.landfall.connectivity.simulateOffline(false);
  const status = await sync.awaitInSync();
  expect(status).toMatchObject({ state: "conflicts", conflicts: 1, failed: 0, pending: 0 });
  expect(await firstValue(sync.failed())).toEqual([]);
  expect((await firstValue(collections.tags.unsynced())).get("t")).toMatchObject({ state: "conflict" });
  await expect(auth.signOut()).rejects.toMatchObject({ code: "unsent_changes", count: 1 });
  await conflicts.resolve({ collection: "tags", key: "t" }, "mine");
  expect(await sync.awaitInSync()).toMatchObject({ state: "synced", conflicts: 0 });
  await auth.signOut();
});

test("a chat is synced only with all its messages", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const session = await tab.syncedSession();
  const row = async () => (await firstValue(tab.landfall.chat.sessions()))[0];
  expect(await row()).toMatchObject({ sync: { state: "synced" }, unsentMessages: 0 });
  await tab.send(session, "one", "two");
  const reason = "2 messages still to be sent.";
  expect(await row()).toMatchObject({ sync: { state: "saved", reason }, unsentMessages: 2, failedMessages: 0 });
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  expect(await row()).toMatchObject({ sync: { state: "synced" }, unsentMessages: 0, failedMessages: 0 });
});

test("every observable calls back at once with its current value", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { auth, sync, connectivity, chat, collections, projects, assets, conflicts } = tab.landfall;
  const observables: Record<string, Observable<unknown>> = {
    session: auth.session,
    status: sync.status,
    connectivity: connectivity.status,
    failed: sync.failed(),
    sessions: chat.sessions(),
    messages: chat.messages("none"),
    tags: collections.tags.all(),
    unsynced: collections.tags.unsynced(),
    projects: projects.all(),
    assets: assets.all(),
    progress: assets.progress(),
    usage: assets.usage(),
    conflicts: conflicts.list(),
  };
  for (const [name, observable] of Object.entries(observables)) {
    const seen: unknown[] = [];
    const stop = observable.subscribe((value) => seen.push(value));
    expect([name, seen]).toEqual([name, [observable.get()]]);
    stop();
  }
});

test("what is written after a pause is not taken by a turn that began before it", async () => {
  const tab = await new TestEnvironment().signedInTab();
  await tab.sync();
  await tab.landfall.sync.pause();
  await tab.landfall.chat.createSession({ title: "Tides" });
  const db = tab.browser.database();
  expect(await sealNext(db, Date.now(), 65_536)).toEqual({ kind: "idle" });
  expect(await db.syncQueue.toArray()).toMatchObject([{ status: "pending", number: null }]);
});
