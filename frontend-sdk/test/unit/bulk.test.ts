// Writes of many rows at once: each row ends as it does by the single calls.

import { IDBDatabase } from "fake-indexeddb";
import { describe, expect, onTestFinished, test } from "vitest";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}`, name: `Tag ${index}` }));

async function start(): Promise<{ env: TestEnvironment; tab: Tab; live: (name: string) => Record<string, unknown> }> {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  return { env, tab, live: (name) => env.server.userData(EMAIL).live(name) };
}

const offline = (tab: Tab, isOffline: boolean) => tab.landfall.connectivity.simulateOffline(isOffline);

describe("updateMany", () => {
  test("changes the named members, and keeps what another device changes in others", async () => {
    const { env, tab, live } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(5));
    await tab.sync();
    await offline(tab, true);
    const changes = names(5).map(({ id }) => ({ key: id, changes: { description: `of ${id}` } }));
    const rows = await tags.updateMany(changes);
    expect(rows.map(({ id, name, description }) => [id, name, description])).toEqual(
      names(5).map(({ id, name }) => [id, name, `of ${id}`]),
    );
    env.server.userData(EMAIL).write("tags", "t3", { name: "Theirs" });
    await offline(tab, false);
    await tab.sync();
    expect(live("tags").t3).toEqual({ name: "Theirs", description: "of t3" });
    expect(live("tags").t0).toEqual({ name: "Tag 0", description: "of t0" });
  });

  test("joins what waits already, so that the server gets one write per row", async () => {
    const { env, tab, live } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(1));
    await tab.sync();
    await offline(tab, true);
    await tags.putMany(names(3));
    await tags.updateMany(names(3).map(({ id }) => ({ key: id, changes: { description: "one" } })));
    await tags.updateMany([
      { key: "t1", changes: { description: "two" } },
      { key: "t1", changes: { name: "Sea", description: undefined } },
      // The row is again what the server has.
      { key: "t0", changes: {}, remove: ["description"] },
    ]);
    expect(await tab.browser.database().syncQueue.count()).toBe(2);
    const before = env.server.pushed().length;
    await offline(tab, false);
    await tab.sync();
    expect(env.server.pushed().slice(before)).toEqual([["put Sea", "put Tag 2"]]);
    expect(live("tags")).toEqual({
      t0: { name: "Tag 0" },
      t1: { name: "Sea", description: "two" },
      t2: { name: "Tag 2", description: "one" },
    });
  });

  test("changes rows that are on their way, in conflict or kept on the device", async () => {
    const { env, tab, live } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(2));
    await tags.putMany([{ id: "own", name: "Own" }], { localOnly: true });
    env.server.beforeAnswer = async ({ path }) => {
      env.server.beforeAnswer = null;
      expect(path).toBe("/api/sync");
      await tags.updateMany(["t0", "own"].map((key) => ({ key, changes: { description: "later" } })));
    };
    await tab.landfall.sync.now();
    await tab.sync();
    expect(live("tags")).toEqual({ t0: { name: "Tag 0", description: "later" }, t1: { name: "Tag 1" } });
    expect((await tags.get("own"))?.description).toBe("later");
  });

  test("stores nothing if a change is wrong, and names each wrong one", async () => {
    const { tab } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(2));
    const good = { key: "t0", changes: { description: "new" } };
    const wrong = [good, { key: "t1", changes: { name: 5 } }, { key: "t1", changes: {}, remove: ["name"] }] as never;
    await expect(tags.updateMany(wrong)).rejects.toMatchObject({
      errors: [{ pointer: "/1/name" }, { pointer: "/2/name", message: "It is required." }],
    });
    await expect(tags.updateMany([good, { key: "x", changes: {} }])).rejects.toMatchObject({ code: "not_found" });
    await expect(tags.updateMany([{ key: "t0", changes: { id: "x" } }])).rejects.toMatchObject({ pointer: "/0/id" });
    expect((await tags.get("t0"))?.description).toBeUndefined();
    expect(await tags.updateMany([])).toEqual([]);
  });
});

describe("deleteMany", () => {
  test("deletes rows here and at the server, sent and unsent ones", async () => {
    const { env, tab, live } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(4));
    await tab.sync();
    await offline(tab, true);
    await tags.putMany([{ id: "new", name: "New" }]);
    await tags.put({ id: "own", name: "Own" }, { localOnly: true });
    await tags.update("t1", { description: "unsent" });
    await tags.deleteMany(["t0", "t1", "t0", "new", "own", "nowhere"]);
    const before = env.server.pushed().length;
    expect(await tab.browser.database().syncQueue.count()).toBe(2);
    await offline(tab, false);
    await tab.sync();
    expect(env.server.pushed().slice(before)).toEqual([["delete", "delete"]]);
    expect(Object.keys(live("tags"))).toEqual(["t2", "t3"]);
    expect(await tags.count()).toBe(2);
    const { syncRows } = tab.browser.database();
    expect(await syncRows.get(["tags", "own"])).toBeUndefined();
    // A row that is made again is the same row at the server.
    await tags.put({ id: "t0", name: "Again" });
    await tab.sync();
    expect(live("tags").t0).toEqual({ name: "Again" });
  });

  test("takes the parts of a row along and unlinks others, also at the server", async () => {
    const { tab, live } = await start();
    const { tags, rules, tagRuleLinks, conversations, interactions } = tab.landfall.collections;
    await tags.putMany(names(3));
    await rules.put({ id: "r", name: "R", content: "c" });
    await tagRuleLinks.putMany(["t0", "t1"].map((tagId) => ({ id: `${tagId}-r`, tagId, ruleId: "r" })));
    await conversations.put({ id: "c", title: "C" });
    await interactions.putMany([0, 1].map((index) => ({ id: `i${index}`, conversationId: "c", index })));
    await tab.sync();
    await tags.deleteMany(["t0", "t2"]);
    await conversations.deleteMany(["c"]);
    expect([await tagRuleLinks.count(), await interactions.count()]).toEqual([1, 0]);
    await tab.sync();
    expect(Object.keys(live("tagRuleLinks"))).toEqual(["t1-r"]);
    expect(live("interactions")).toEqual({});
  });

  test("answers a conflict like delete, and one that is on its way", async () => {
    const { env, tab, live } = await start();
    const { tags } = tab.landfall.collections;
    await tags.putMany(names(2));
    env.server.beforeAnswer = async () => {
      env.server.beforeAnswer = null;
      await tags.deleteMany(["t0"]);
    };
    await tab.landfall.sync.now();
    await tab.sync();
    expect(Object.keys(live("tags"))).toEqual(["t1"]);
  });

  test("of projects keeps them aside to be restored", async () => {
    const { tab } = await start();
    const { projects } = tab.landfall;
    const { id } = await projects.put({ name: "Harbour" });
    await tab.sync();
    await projects.deleteMany([id]);
    expect(await projects.list()).toEqual([]);
    await projects.restore(id);
    expect((await projects.list()).map(({ name }) => name)).toEqual(["Harbour"]);
  });
});

/** The tables of each read-write transaction, of databases that are opened from now on. */
function followTransactions(): string[][] {
  const opened: string[][] = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof transaction>) {
    if (args[1] === "readwrite") opened.push([args[0] as string | string[]].flat().sort());
    return transaction.apply(this, args);
  };
  onTestFinished(() => void Object.assign(IDBDatabase.prototype, { transaction }));
  return opened;
}

test("many rows are written in one transaction over the tables that they touch", async () => {
  const opened = followTransactions();
  const { tab } = await start();
  const { tags, interactions } = tab.landfall.collections;
  const bookkeeping = ["appState", "conflicts", "syncQueue", "syncRows"];
  await offline(tab, true);
  opened.length = 0;
  await tags.putMany(names(3));
  await interactions.putMany([{ id: "i", conversationId: "c", index: 0 }]);
  await tags.deleteMany(["t0", "t1"]);
  const ofTags = [...bookkeeping, "tagRuleLinks", "tags"].sort();
  const ofRows = opened.filter((tables) => tables.includes("tags") || tables.includes("interactions"));
  expect(ofRows).toEqual([ofTags, [...bookkeeping, "interactions"].sort(), ofTags]);
});
