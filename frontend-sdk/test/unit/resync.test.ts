// The cursor can't be continued: after a long absence, and after a restore of the server from a backup. Nothing unsent is lost, nothing dead
// comes back, and what the backup forgot is offered again.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import type { FakeSpace } from "../support/fake-space";
import { EMAIL, type Tab, World } from "../support/world";

const rule = (id: string, content = "x") => ({ id, name: `Rule ${id}`, content });

async function withRules(...ids: string[]): Promise<{ world: World; tab: Tab; space: FakeSpace }> {
  const world = new World();
  const tab = await world.signedInTab();
  for (const id of ids) await tab.landfall.collections.rules.put(rule(id));
  await tab.sync();
  return { world, tab, space: world.server.space(EMAIL) };
}

const contents = async (tab: Tab) =>
  Object.fromEntries((await tab.landfall.collections.rules.list()).map(({ id, content }) => [id, content]));

const stored = (space: FakeSpace) =>
  Object.fromEntries(Object.entries(space.live("rules")).map(([id, { content }]) => [id, content]));

async function backOnline(tab: Tab): Promise<void> {
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  await until(async () => !(await tab.browser.database().appState.get("sync.resync"))?.value, "the end of the resync");
  await tab.sync();
}

test("horizon: what was deleted and swept meanwhile goes, what is unsent stays and is sent", async () => {
  const { tab, space } = await withRules("kept", "swept", "edited");
  const session = await tab.syncedSession("Gone");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("edited", "mine"));
  await tab.landfall.collections.rules.put(rule("new"));
  await tab.send(session, "unsent");
  space.write("rules", "swept", null);
  space.write("rules", "kept", rule("kept", "theirs"));
  space.write("chatSessions", session, null);
  space.sweep();
  await tab.landfall.sync.now();
  await backOnline(tab);
  expect(await contents(tab)).toEqual({ kept: "theirs", edited: "mine", new: "x" });
  expect(stored(space)).toEqual({ kept: "theirs", edited: "mine", new: "x" });
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
    ["unsent", "failed"],
  ]);
});

test("horizon: an edit of a chat that was swept is refused, and giving it up leaves nothing of the chat", async () => {
  const { tab, space } = await withRules();
  const session = await tab.syncedSession("Gone");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.chat.renameSession(session, "Renamed");
  space.write("chatSessions", session, null);
  space.sweep();
  await backOnline(tab);
  const db = tab.browser.database();
  const [entry] = await db.syncQueue.toArray();
  expect(entry).toMatchObject({ status: "failed", error: { code: "session_deleted" } });
  await tab.landfall.sync.discard(entry?.id ?? "");
  expect([await db.chatSessions.count(), await db.syncQueue.count()]).toEqual([0, 0]);
});

test("horizon: an edit of what was swept is asked about and brings nothing back by itself", async () => {
  const { tab, space } = await withRules("swept");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("swept", "mine"));
  space.write("rules", "swept", null);
  space.sweep();
  await backOnline(tab);
  expect(stored(space)).toEqual({});
  expect(await contents(tab)).toEqual({ swept: "mine" });
  expect((await tab.landfall.sync.why("swept"))?.sync).toMatchObject({ state: "failed", code: "revision_conflict" });
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "swept" }, "mine");
  await tab.sync();
  expect(stored(space)).toEqual({ swept: "mine" });
});

test("epoch: rows, chats and messages that the backup lost are offered again and end up the same everywhere", async () => {
  const { world, tab, space } = await withRules("old");
  const other = await world.signedInTab();
  const restore = space.backup();
  const { tags, rules, tagRuleLinks } = tab.landfall.collections;
  await rules.put(rule("old", "newer"));
  await rules.put(rule("new"));
  await tags.put({ id: "t", name: "Sea" });
  await tagRuleLinks.put({ id: "l", tagId: "t", ruleId: "new" });
  await tab.landfall.projects.put({ id: "p", name: "Harbour" });
  await tab.landfall.projects.put({ id: "a", name: "Pier", parentId: "p" });
  const session = await tab.createSession("Lost");
  await tab.send(session, "one", "two");
  await world.clock.advance(2_000);
  await tab.sync();
  restore();
  await backOnline(tab);
  await backOnline(other);
  expect(stored(space)).toEqual({ old: "newer", new: "x" });
  expect(Object.keys(space.live("tagRuleLinks"))).toEqual(["l"]);
  expect(Object.keys(space.live("projects")).sort()).toEqual(["a", "p"]);
  expect(space.messages().map(({ content }) => content)).toEqual(["one", "two"]);
  for (const device of [tab, other]) {
    expect(await contents(device)).toEqual({ old: "newer", new: "x" });
    expect((await device.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
      ["one", "synced"],
      ["two", "synced"],
    ]);
    expect(await device.browser.database().syncQueue.count()).toBe(0);
  }
});

test("epoch: a delete that the backup lost is made again, and unsent work is sent", async () => {
  const { tab, space } = await withRules("deleted", "edited");
  const restore = space.backup();
  await tab.landfall.collections.rules.delete("deleted");
  await tab.landfall.collections.rules.put(rule("edited", "newer"));
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.put(rule("edited", "unsent"));
  await tab.landfall.collections.rules.put(rule("made", "unsent"));
  restore();
  await backOnline(tab);
  expect(stored(space)).toEqual({ edited: "unsent", made: "unsent" });
  expect(await contents(tab)).toEqual({ edited: "unsent", made: "unsent" });
});

test("epoch: a request that was frozen before the restore is sent under a new name, once", async () => {
  const { world, tab, space } = await withRules("a");
  const restore = space.backup();
  world.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  world.server.fail(/POST \/api\/sync$/, { kind: "unreachable" });
  await tab.landfall.collections.rules.put(rule("b"));
  await until(() => world.server.pushed().length >= 3, "the repeat");
  restore();
  await world.clock.advance(5_000);
  await backOnline(tab);
  expect(stored(space)).toEqual({ a: "x", b: "x" });
  const names = world.server.requests(/POST \/api\/sync$/).map(({ body }) => (body as { clientId: string }).clientId);
  expect(new Set(names).size).toBe(2);
  // By itself, not because the server missed the numbers before.
  expect(world.server.seen.filter(({ status }) => status === 409)).toEqual([]);
});

for (const crashAt of [1, 2]) {
  test(`a tab that ends at page ${crashAt} of a resync leaves it to the next`, async () => {
    const { world, tab, space } = await withRules("old");
    for (let number = 0; number < 300; number += 1) space.write("tags", `t${number}`, { name: `Tag ${number}` });
    await tab.sync();
    const restore = space.backup();
    await tab.landfall.collections.rules.put(rule("old", "newer"));
    await tab.landfall.collections.rules.put(rule("new"));
    await tab.sync();
    restore();
    let pages = 0;
    world.server.beforeAnswer = ({ path }) => {
      if (!path.endsWith("/changes")) return;
      pages += 1;
      // The first question is the one that is refused.
      if (pages === crashAt + 1) tab.crash();
    };
    await tab.landfall.sync.now();
    await until(() => pages === crashAt + 1, "the crash");
    world.server.beforeAnswer = null;
    const next = tab.browser.tab();
    await next.landfall.start();
    await backOnline(next);
    expect(stored(space)).toEqual({ old: "newer", new: "x" });
    expect(await contents(next)).toEqual({ old: "newer", new: "x" });
    expect(await next.landfall.collections.tags.list()).toHaveLength(300);
  });
}

test("a second restore during a resync begins it anew", async () => {
  const { tab, space } = await withRules("old");
  const restore = space.backup();
  await tab.landfall.collections.rules.put(rule("new"));
  await tab.sync();
  restore();
  space.backup()();
  await backOnline(tab);
  expect(stored(space)).toEqual({ old: "x", new: "x" });
});

test("excluded collections and local rows are left alone by a resync", async () => {
  const { tab, space } = await withRules("synced");
  await tab.landfall.collections.rules.put(rule("local"), { localOnly: true });
  await tab.landfall.collections.tags.put({ id: "t", name: "Sea" });
  await tab.sync();
  await tab.landfall.sync.exclude("tags");
  space.sweep();
  space.write("tags", "other", { name: "Other" });
  await backOnline(tab);
  expect(await contents(tab)).toEqual({ synced: "x", local: "x" });
  expect(await tab.landfall.collections.tags.list()).toEqual([{ id: "t", name: "Sea" }]);
});
