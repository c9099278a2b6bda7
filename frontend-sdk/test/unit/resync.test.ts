// Resync: the cursor is too old after a long absence, or the server was restored from a backup. Unsent work is kept,
// deleted rows do not return, and rows that the backup lacks are sent again.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import type { FakeUserData } from "../support/fake-user-data";

const rule = (id: string, content = "x") => ({ id, name: `Rule ${id}`, content });

async function withRules(...ids: string[]): Promise<{ env: TestEnvironment; tab: Tab; userData: FakeUserData }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  for (const id of ids) await tab.landfall.collections.rules.put(rule(id));
  await tab.sync();
  return { env, tab, userData: env.server.userData(EMAIL) };
}

const contents = async (tab: Tab) =>
  Object.fromEntries((await tab.landfall.collections.rules.list()).map(({ id, content }) => [id, content]));

const stored = (userData: FakeUserData) =>
  Object.fromEntries(Object.entries(userData.live("rules")).map(([id, { content }]) => [id, content]));

async function backOnline(tab: Tab): Promise<void> {
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  await until(async () => !(await tab.browser.database().appState.get("sync.resync"))?.value, "the end of the resync");
  await tab.sync();
}

test("horizon: rows whose tombstones expired are removed, and unsent work is kept and sent", async () => {
  const { tab, userData } = await withRules("kept", "expired", "edited");
  const session = await tab.syncedSession("Gone");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("edited", "mine"));
  await tab.landfall.collections.rules.put(rule("new"));
  await tab.send(session, "unsent");
  userData.write("rules", "expired", null);
  userData.write("rules", "kept", rule("kept", "theirs"));
  userData.write("chatSessions", session, null);
  userData.runRetention();
  await tab.landfall.sync.now();
  await backOnline(tab);
  expect(await contents(tab)).toEqual({ kept: "theirs", edited: "mine", new: "x" });
  expect(stored(userData)).toEqual({ kept: "theirs", edited: "mine", new: "x" });
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
    ["unsent", "failed"],
  ]);
});

test("horizon: an edit of an expired chat is rejected, and a discard removes the chat", async () => {
  const { tab, userData } = await withRules();
  const session = await tab.syncedSession("Gone");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.chat.renameSession(session, "Renamed");
  userData.write("chatSessions", session, null);
  userData.runRetention();
  await backOnline(tab);
  const db = tab.browser.database();
  const [entry] = await db.syncQueue.toArray();
  expect(entry).toMatchObject({ status: "failed", error: { code: "session_deleted" } });
  await tab.landfall.sync.discard(entry?.id ?? "");
  expect([await db.chatSessions.count(), await db.syncQueue.count()]).toEqual([0, 0]);
});

test("horizon: a conflict about a row that was deleted elsewhere stays open when the tombstone is swept", async () => {
  const { tab, userData } = await withRules("r");
  const { conflicts, connectivity, collections } = tab.landfall;
  await connectivity.simulateOffline(true);
  await collections.rules.put(rule("r", "mine"));
  userData.write("rules", "r", null);
  await backOnline(tab);
  expect(await firstValue(conflicts.list())).toMatchObject([{ key: "r", theirs: null }]);
  await connectivity.simulateOffline(true);
  userData.write("rules", "other", rule("other"));
  userData.write("rules", "other", null);
  userData.runRetention();
  await backOnline(tab);
  expect([await firstValue(conflicts.list()), stored(userData)]).toMatchObject([[{ key: "r", theirs: null }], {}]);
  await conflicts.resolve({ collection: "rules", key: "r" }, "mine");
  await tab.sync();
  expect(stored(userData)).toEqual({ r: "mine" });
});

test("horizon: an edit of an expired row opens a conflict and restores nothing automatically", async () => {
  const { tab, userData } = await withRules("expired");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("expired", "mine"));
  userData.write("rules", "expired", null);
  userData.runRetention();
  await backOnline(tab);
  expect(stored(userData)).toEqual({});
  expect(await contents(tab)).toEqual({ expired: "mine" });
  expect((await tab.landfall.sync.why("expired"))?.sync).toMatchObject({
    state: "conflict",
    code: "revision_conflict",
  });
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "expired" }, "mine");
  await tab.sync();
  expect(stored(userData)).toEqual({ expired: "mine" });
});

test("epoch: rows, chats and messages that the backup lacks are sent again and converge on all devices", async () => {
  const { env, tab, userData } = await withRules("old");
  const other = await env.signedInTab();
  const restore = userData.backup();
  const { tags, rules, tagRuleLinks } = tab.landfall.collections;
  await rules.put(rule("old", "newer"));
  await rules.put(rule("new"));
  await tags.put({ id: "t", name: "Sea" });
  await tagRuleLinks.put({ id: "l", tagId: "t", ruleId: "new" });
  await tab.landfall.projects.put({ id: "p", name: "Harbour" });
  await tab.landfall.projects.put({ id: "a", name: "Pier", parentId: "p" });
  const session = await tab.createSession("Lost");
  await tab.send(session, "one", "two");
  await env.clock.advance(2_000);
  await tab.sync();
  restore();
  await backOnline(tab);
  await backOnline(other);
  expect(stored(userData)).toEqual({ old: "newer", new: "x" });
  expect(Object.keys(userData.live("tagRuleLinks"))).toEqual(["l"]);
  expect(Object.keys(userData.live("projects")).sort()).toEqual(["a", "p"]);
  expect(userData.messages().map(({ content }) => content)).toEqual(["one", "two"]);
  for (const device of [tab, other]) {
    expect(await contents(device)).toEqual({ old: "newer", new: "x" });
    expect((await device.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
      ["one", "synced"],
      ["two", "synced"],
    ]);
    expect(await device.browser.database().syncQueue.count()).toBe(0);
  }
});

test("epoch: a delete that the backup lacks is repeated, and unsent work is sent", async () => {
  const { tab, userData } = await withRules("deleted", "edited");
  const restore = userData.backup();
  await tab.landfall.collections.rules.delete("deleted");
  await tab.landfall.collections.rules.put(rule("edited", "newer"));
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("edited", "unsent"));
  await tab.landfall.collections.rules.put(rule("made", "unsent"));
  restore();
  await backOnline(tab);
  expect(stored(userData)).toEqual({ edited: "unsent", made: "unsent" });
  expect(await contents(tab)).toEqual({ edited: "unsent", made: "unsent" });
});

test("epoch: a request sealed before the restore is sent once under a new client id", async () => {
  const { env, tab, userData } = await withRules("a");
  const restore = userData.backup();
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  env.server.fail(/POST \/api\/sync$/, { kind: "unreachable" });
  await tab.landfall.collections.rules.put(rule("b"));
  await until(() => env.server.pushed().length >= 3, "the repeat");
  restore();
  await env.clock.advance(5_000);
  await backOnline(tab);
  expect(stored(userData)).toEqual({ a: "x", b: "x" });
  const names = env.server.requests(/POST \/api\/sync$/).map(({ body }) => (body as { clientId: string }).clientId);
  expect(new Set(names).size).toBe(2);
  // The client decides this itself, before the server reports missing numbers.
  expect(env.server.received.filter(({ status }) => status === 409)).toEqual([]);
});

for (const crashAt of [1, 2]) {
  test(`a tab that ends at page ${crashAt} of a resync leaves the rest to the next tab`, async () => {
    const { env, tab, userData } = await withRules("old");
    for (let number = 0; number < 300; number += 1) userData.write("tags", `t${number}`, { name: `Tag ${number}` });
    await tab.sync();
    const restore = userData.backup();
    await tab.landfall.collections.rules.put(rule("old", "newer"));
    await tab.landfall.collections.rules.put(rule("new"));
    await tab.sync();
    restore();
    let pages = 0;
    env.server.beforeAnswer = ({ path }) => {
      if (!path.endsWith("/changes")) return;
      pages += 1;
      // The first request gets `resync_required`.
      if (pages === crashAt + 1) tab.crash();
    };
    await tab.landfall.sync.now();
    await until(() => pages === crashAt + 1, "the crash");
    env.server.beforeAnswer = null;
    const next = tab.browser.tab();
    await next.landfall.start();
    await backOnline(next);
    expect(stored(userData)).toEqual({ old: "newer", new: "x" });
    expect(await contents(next)).toEqual({ old: "newer", new: "x" });
    expect(await next.landfall.collections.tags.list()).toHaveLength(300);
  });
}

test("a second restore during a resync starts it again", async () => {
  const { tab, userData } = await withRules("old");
  const restore = userData.backup();
  await tab.landfall.collections.rules.put(rule("new"));
  await tab.sync();
  restore();
  userData.backup()();
  await backOnline(tab);
  expect(stored(userData)).toEqual({ old: "x", new: "x" });
});

test("a resync leaves excluded collections and localOnly rows unchanged", async () => {
  const { tab, userData } = await withRules("synced");
  await tab.landfall.collections.rules.put(rule("local"), { localOnly: true });
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await tab.sync();
  await tab.landfall.sync.exclude("tags");
  userData.runRetention();
  userData.write("tags", "other", { name: "Other" });
  await backOnline(tab);
  expect(await contents(tab)).toEqual({ synced: "x", local: "x" });
  expect(await tab.landfall.collections.tags.list()).toEqual([{ id: "t", name: "Sea" }]);
});

test("rows of the initial snapshot that were deleted and swept before the first pull are gone, and unsent work stays", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  for (const id of ["10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"])
    userData.write("chatSessions", id, { title: id.slice(-1) });
  const [gone = "", kept = ""] = Object.keys(userData.live("chatSessions"));
  const message = { role: "user", content: "x", createdAt: "2026-11-21T08:00:00Z" };
  userData.write("chatMessages", "30000000-0000-4000-8000-000000000003", { ...message, sessionId: gone });
  let cut = true;
  env.server.failWhen(({ path }) => cut && path === "/api/sync/changes", { kind: "unreachable" });
  const tab = await env.signedInTab();
  const db = tab.browser.database();
  expect([await db.chatSessions.count(), await db.chatMessages.count()]).toEqual([2, 1]);
  await tab.landfall.connectivity.simulateOffline(true);
  cut = false;
  const made = await tab.createSession("Made here");
  await tab.send(kept, "unsent");
  userData.write("chatSessions", gone, null);
  userData.write("chatMessages", "30000000-0000-4000-8000-000000000003", null);
  userData.runRetention();
  await tab.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(2_000);
  await tab.sync();
  expect((await db.chatSessions.toArray()).map(({ id }) => id).sort()).toEqual([kept, made].sort());
  expect((await db.chatMessages.toArray()).map(({ content }) => content)).toEqual(["unsent"]);
  expect(await db.syncRows.filter(({ provisional }) => provisional !== undefined).count()).toBe(0);
});

test("horizon: rows of a collection that was excluded are gone after include(), if they were deleted and swept", async () => {
  const { tab, userData } = await withRules("kept", "swept", "edited");
  const { rules } = tab.landfall.collections;
  await tab.landfall.sync.exclude("rules");
  await rules.put(rule("made"));
  await rules.put(rule("edited", "mine"));
  userData.write("rules", "swept", null);
  userData.runRetention();
  await backOnline(tab);
  expect(Object.keys(await contents(tab))).toContain("swept");
  await tab.landfall.sync.include("rules");
  await backOnline(tab);
  expect(await contents(tab)).toEqual({ kept: "x", edited: "mine", made: "x" });
  expect(stored(userData)).toEqual({ kept: "x", edited: "mine", made: "x" });
});

test("keys that begin with the last characters survive a resync", async () => {
  const { tab, userData } = await withRules();
  const keys = ["\uffff", "\uffffa", "\u{10ffff}"];
  for (const key of keys) await tab.landfall.collections.settings.put({ key, value: key });
  await tab.sync();
  userData.runRetention();
  userData.write("settings", "other", { value: "o" });
  userData.write("settings", "other", null);
  userData.runRetention();
  await backOnline(tab);
  await tab.landfall.collections.settings.put({ key: "\uffff", value: "edited" });
  await tab.sync();
  expect(Object.keys(userData.live("settings")).sort()).toEqual([...keys].sort());
  expect((await tab.landfall.collections.settings.list()).map(({ key }) => key).sort()).toEqual([...keys].sort());
});
