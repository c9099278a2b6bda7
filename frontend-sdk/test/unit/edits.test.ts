// Edits are changes: an edit changes the members that the application changed, and no other device's edit of another member is lost.

import { IDBObjectStore } from "fake-indexeddb";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Collection, Project, RowOf } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

/** With members of the application's own. */
type Rule = RowOf<"rules"> & Record<string, unknown>;
const rulesOf = (tab: Tab) => tab.landfall.collections.rules as Collection<Rule>;

/** A signed-in tab that has a rule of the server. */
async function start(conflicts = {}): Promise<{ env: TestEnvironment; tab: Tab; server: () => unknown }> {
  const env = new TestEnvironment();
  env.options = { conflicts };
  env.server.userData(EMAIL).write("rules", "r", RULE);
  const tab = await env.signedInTab();
  await tab.sync();
  return { env, tab, server: () => env.server.userData(EMAIL).live("rules").r };
}

const RULE = { name: "Rule", content: "old", type: "a" };

/** Another device changes the rule, and this one pulls it. */
async function editElsewhere({ env, tab }: { env: TestEnvironment; tab: Tab }, changes: object): Promise<void> {
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", { ...userData.live("rules").r, ...changes });
  await tab.sync();
}

describe("update", () => {
  test("changes the named members of the row as it is now", async () => {
    const device = await start();
    const rules = rulesOf(device.tab);
    await editElsewhere(device, { content: "theirs" });
    expect(await rules.update("r", { type: "b", description: undefined })).toMatchObject({
      content: "theirs",
      type: "b",
    });
    await device.tab.sync();
    expect(device.server()).toEqual({ ...RULE, content: "theirs", type: "b" });
  });

  test("keeps what another device changes meanwhile in other members", async () => {
    const { env, tab, server } = await start();
    await tab.landfall.connectivity.simulateOffline(true);
    await tab.landfall.collections.rules.update("r", { type: "b" });
    env.server.userData(EMAIL).write("rules", "r", { ...RULE, content: "theirs" });
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    expect(server()).toEqual({ ...RULE, content: "theirs", type: "b" });
  });

  test("rejects for a row that does not exist, for another key, and for what JSON cannot hold, and stores nothing", async () => {
    const { tab } = await start();
    const { projects, chat, collections } = tab.landfall;
    const missing = { code: "not_found" };
    await expect(collections.tags.update("nowhere", { name: "Sea" })).rejects.toMatchObject(missing);
    await expect(projects.update("nowhere", { name: "Sea" })).rejects.toMatchObject(missing);
    await expect(chat.updateSession("nowhere", { title: "Sea" })).rejects.toMatchObject(missing);
    await expect(collections.rules.update("r", { id: "s" })).rejects.toMatchObject({ pointer: "/id" });
    await expect(rulesOf(tab).update("r", { at: new Date() })).rejects.toMatchObject({ pointer: "/at" });
    expect(await tab.browser.database().syncQueue.count()).toBe(0);
  });

  test("refuses a misspelt member where it is compiled, and takes one that the application declares", async () => {
    const { tab } = await start();
    const { tags } = tab.landfall.collections;
    // @ts-expect-error: `descripton` is no member of a tag.
    await tags.put({ id: "t", name: "Sea", descripton: "x" });
    // @ts-expect-error: as above.
    await tags.update("t", { descripton: "y" });
    const more = tags as Collection<RowOf<"tags"> & { colour?: string }>;
    expect((await more.update("t", { colour: "blue" })).colour).toBe("blue");
  });

  test("of an equal value queues nothing", async () => {
    const { tab } = await start();
    await tab.landfall.connectivity.simulateOffline(true);
    await tab.landfall.collections.rules.update("r", { content: "old" });
    expect(await tab.browser.database().syncQueue.count()).toBe(0);
  });

  test("of projects and chat sessions changes what is named", async () => {
    const { env, tab } = await start();
    const { projects, chat } = tab.landfall;
    const { id } = await projects.put({ name: "Harbour", data: { tide: "low" } });
    const session = await chat.createSession({ title: "Plans", metadata: { pinned: true } });
    await tab.sync();
    expect(await projects.update(id, { name: "Port" })).toMatchObject({ name: "Port", data: { tide: "low" } });
    expect(await chat.updateSession(session.id, { projectId: id })).toMatchObject({ title: "Plans", projectId: id });
    await expect(projects.update(id, { parentId: id })).rejects.toMatchObject({ pointer: "/parentId" });
    await tab.sync();
    const userData = env.server.userData(EMAIL);
    expect(userData.live("projects")[id]).toMatchObject({ name: "Port", data: { tide: "low" } });
    expect(userData.sessions()).toMatchObject([{ title: "Plans", projectId: id, metadata: { pinned: true } }]);
    expect((await firstValue(projects.all())).map(({ name }) => name)).toEqual(["Port"]);
  });
});

describe("a put of a row that was handed out", () => {
  test("before a pull changes only what the application changed in it", async () => {
    for (const change of [
      (row: Rule) => ({ ...row, content: "mine" }),
      (row: Rule) => Object.assign(row, { content: "mine" }),
      (row: Rule) => structuredClone({ ...row, content: "mine" }),
    ]) {
      const device = await start();
      const rules = rulesOf(device.tab);
      const form = (await rules.get("r")) as Rule;
      await editElsewhere(device, { type: "theirs" });
      expect(await rules.put(change(form))).toEqual({ id: "r", ...RULE, content: "mine", type: "theirs" });
      await device.tab.sync();
      expect(device.server()).toEqual({ ...RULE, content: "mine", type: "theirs" });
    }
  });

  test("beside a live list that shows the newer row", async () => {
    const device = await start();
    const rules = rulesOf(device.tab);
    const list = rules.all();
    onTestFinished(list.subscribe(() => {}));
    const form = await rules.get("r");
    await editElsewhere(device, { type: "theirs" });
    await until(() => list.get()?.[0]?.type === "theirs", "the newer row");
    await rules.put({ ...form, content: "mine" } as Rule);
    await device.tab.sync();
    expect(device.server()).toEqual({ ...RULE, content: "mine", type: "theirs" });
  });

  test("keeps nested changes in place, and what another form of this tab has saved", async () => {
    const { tab, server } = await start();
    const rules = rulesOf(tab);
    await rules.put({ id: "r", ...RULE, data: { list: ["a"] } } as Rule);
    const [one, two] = [(await rules.get("r")) as Rule, (await rules.get("r")) as Rule];
    (one.data as { list: string[] }).list.push("b");
    await rules.put(one);
    await rules.put({ ...two, type: "b" });
    await tab.sync();
    expect(server()).toEqual({ ...RULE, type: "b", data: { list: ["a", "b"] } });
  });

  test("can be undone on this device, and set back to an old value", async () => {
    const device = await start();
    const rules = rulesOf(device.tab);
    const before = (await rules.get("r")) as Rule;
    await rules.put({ ...before, content: "new" });
    await rules.put(before);
    expect(await rules.get("r")).toMatchObject({ content: "old" });
    await editElsewhere(device, { type: "theirs" });
    const now = (await rules.get("r")) as Rule;
    await rules.put({ ...now, type: "a" });
    await device.tab.sync();
    expect(device.server()).toEqual(RULE);
  });

  test("is decided by the conflict policy where another device has changed the same member", async () => {
    for (const [policy, stored] of [
      ["merge", "mine"],
      ["client-wins", "mine"],
      ["server-wins", "theirs"],
      ["ask", "theirs"],
    ] as const) {
      const device = await start({ rules: policy });
      const rules = rulesOf(device.tab);
      const form = await rules.get("r");
      await editElsewhere(device, { content: "theirs", type: "b" });
      await rules.put({ ...form, content: "mine", name: "Mine" } as Rule);
      await device.tab.sync();
      const name = policy === "ask" ? "Rule" : "Mine";
      expect([policy, device.server()]).toEqual([policy, { name, content: stored, type: "b" }]);
      const conflicts = await firstValue(device.tab.landfall.conflicts.list());
      const open = { base: { content: "old" }, mine: { content: "mine", type: "b" }, theirs: { content: "theirs" } };
      expect(conflicts).toMatchObject(policy === "ask" ? [open] : []);
    }
  });

  test("asks about nothing that only this tab has changed", async () => {
    const { tab, env } = await start();
    const { projects } = tab.landfall;
    const project = await projects.put({ name: "Poster", data: { step: 0 } });
    for (let step = 1; step <= 3; step += 1) {
      await projects.put({ ...project, data: { step } });
      await tab.sync();
    }
    expect(env.server.userData(EMAIL).live("projects")[project.id]).toMatchObject({ data: { step: 3 } });
    expect(await firstValue(tab.landfall.conflicts.list())).toEqual([]);
  });

  test("of a project keeps a newer name, and asks about the document", async () => {
    const { tab, env } = await start();
    const { projects } = tab.landfall;
    const userData = env.server.userData(EMAIL);
    const { id } = await projects.put({ name: "Poster", data: { step: 0 } });
    await tab.sync();
    const form = (await projects.get(id)) as Project;
    userData.write("projects", id, { name: "Renamed", data: { step: 1 } });
    await tab.sync();
    await projects.put({ ...form, thumbnailAssetId: "t" });
    await tab.sync();
    expect(userData.live("projects")[id]).toMatchObject({ name: "Renamed", data: { step: 1 }, thumbnailAssetId: "t" });
    await projects.put({ ...form, data: { step: 2 } });
    expect(await firstValue(tab.landfall.conflicts.list())).toMatchObject([
      { key: id, mine: { name: "Renamed", data: { step: 2 } }, theirs: { data: { step: 1 } } },
    ]);
  });
});

describe("under the policy merge", () => {
  /** This device and another one change the same member of a rule. */
  async function bothChange(base: unknown, mine: unknown, theirs: unknown) {
    const device = await start();
    const { env, tab } = device;
    const rules = rulesOf(tab);
    await editElsewhere(device, { data: base });
    await tab.landfall.connectivity.simulateOffline(true);
    await rules.update("r", { data: mine });
    env.server.userData(EMAIL).write("rules", "r", { ...RULE, data: theirs });
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    const { data } = env.server.userData(EMAIL).live("rules").r ?? {};
    const local = await rules.get("r");
    return { data, local: local?.data, conflicts: await firstValue(tab.landfall.conflicts.list()) };
  }

  const todo = (id: string, text = id, more = {}) => ({ id, text, ...more });

  test("lists of objects with ids are merged by id, at any depth", async () => {
    const base = { todos: [todo("a"), todo("b"), todo("c")], title: "Old" };
    const mine = { todos: [todo("a", "A"), todo("c"), todo("mine")], title: "Old" };
    const theirs = { todos: [todo("a", "a", { done: true }), todo("b"), todo("c"), todo("theirs")], title: "New" };
    const merged = { todos: [todo("a", "A", { done: true }), todo("c"), todo("theirs"), todo("mine")], title: "New" };
    expect(await bothChange(base, mine, theirs)).toEqual({ data: merged, local: merged, conflicts: [] });
  });

  test("an item that one side changed and the other removed stays", async () => {
    const [base, edited] = [
      [todo("a"), todo("b")],
      [todo("a", "A"), todo("b")],
    ];
    expect((await bothChange(base, [todo("b")], edited)).data).toEqual(edited);
    expect((await bothChange(base, edited, [todo("b")])).data).toEqual([todo("b"), todo("a", "A")]);
  });

  test("the order of a list is the server's, unless this device has moved items", async () => {
    const [a, b, mine, theirs] = ["a", "b", "mine", "theirs"].map((id) => todo(id));
    expect((await bothChange([a, b], [a, mine, b], [b, a, theirs])).data).toEqual([b, a, theirs, mine]);
    expect((await bothChange([a, b], [b, a, mine], [a, b, theirs])).data).toEqual([b, a, mine, theirs]);
  });

  test("other lists that both changed are asked about", async () => {
    for (const [base, mine, theirs] of [
      [["a"], ["a", "mine"], ["a", "theirs"]],
      [{ list: [todo("a")] }, { list: [todo("a"), todo("b"), todo("b")] }, { list: [] }],
    ]) {
      expect(await bothChange(base, mine, theirs)).toMatchObject({
        data: theirs,
        local: mine,
        conflicts: [{ base: { data: base }, mine: { data: mine }, theirs: { data: theirs } }],
      });
    }
    expect(await bothChange(["a"], ["b"], ["b"])).toMatchObject({ data: ["b"], conflicts: [] });
  });

  test("a put of a row that was handed out merges its lists", async () => {
    const device = await start();
    const rules = rulesOf(device.tab);
    await editElsewhere(device, { todos: [todo("a")] });
    const form = (await rules.get("r")) as Rule;
    await editElsewhere(device, { todos: [todo("a"), todo("theirs")] });
    await rules.put({ ...form, todos: [...(form.todos as object[]), todo("mine")] });
    await device.tab.sync();
    expect(device.server()).toMatchObject({ todos: [todo("a"), todo("theirs"), todo("mine")] });
    expect(await firstValue(device.tab.landfall.conflicts.list())).toEqual([]);
  });
});

describe("putMany", () => {
  const rows = (count: number, more = {}) =>
    Array.from({ length: count }, (_, index) => ({ id: `t${index}`, name: `Tag ${index}`, ...more }));

  test("stores and sends rows like single puts, in a few requests to the database", async () => {
    const { env, tab } = await start();
    const { tags } = tab.landfall.collections;
    await tab.landfall.connectivity.simulateOffline(true);
    const requests = countRequests();
    expect(await tags.putMany(rows(500))).toHaveLength(500);
    expect(requests()).toBeLessThan(6 * 500);
    expect((await tags.get("t7"))?.name).toBe("Tag 7");
    const orders = (await tab.browser.database().syncQueue.toArray()).map(({ order }) => order);
    expect(new Set(orders).size).toBe(500);
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    expect(Object.keys(env.server.userData(EMAIL).live("tags"))).toHaveLength(500);
    const sent = env.server.pushed().length;
    await tags.putMany(rows(500));
    await tab.sync();
    expect(env.server.pushed()).toHaveLength(sent);
  });

  test("puts rows one by one that are unsent, named twice, or were handed out before a pull", async () => {
    const device = await start();
    const rules = rulesOf(device.tab);
    const form = (await rules.get("r")) as Rule;
    await editElsewhere(device, { type: "theirs" });
    await device.tab.landfall.connectivity.simulateOffline(true);
    await rules.put({ id: "s", name: "S", content: "1" });
    const given = [
      { ...form, content: "mine" },
      { id: "s", name: "S", content: "2" },
      { id: "n", name: "N", content: "1" },
      { id: "n", name: "N", content: "2" },
    ];
    expect((await rules.putMany(given)).map(({ content, type }) => [content, type])).toEqual([
      ["mine", "theirs"],
      ["2", undefined],
      ["1", undefined],
      ["2", undefined],
    ]);
    expect(await device.tab.browser.database().syncQueue.count()).toBe(3);
    await device.tab.landfall.connectivity.simulateOffline(false);
    await device.tab.sync();
    expect(device.env.server.userData(EMAIL).live("rules")).toEqual({
      r: { ...RULE, content: "mine", type: "theirs" },
      s: { name: "S", content: "2" },
      n: { name: "N", content: "2" },
    });
  });

  test("stores nothing if a row is wrong, and names each wrong row", async () => {
    const { tab } = await start();
    const { tags } = tab.landfall.collections;
    const wrong = [...rows(2), { id: "x" }, { id: "y", name: 5 }] as never;
    await expect(tags.putMany(wrong)).rejects.toMatchObject({
      errors: [{ pointer: "/2/name" }, { pointer: "/3/name", message: "It must be text." }],
    });
    expect(await tags.list()).toEqual([]);
    expect(await tags.putMany([])).toEqual([]);
  });

  test("keeps rows on the device, and waits for the rows that it refers to", async () => {
    const { env, tab } = await start();
    const { tags, tagRuleLinks } = tab.landfall.collections;
    await tags.putMany(rows(3), { localOnly: true });
    await tab.landfall.connectivity.simulateOffline(true);
    await tagRuleLinks.putMany([{ id: "l", tagId: "u", ruleId: "r" }]);
    await tags.putMany([{ id: "u", name: "U" }]);
    await tab.landfall.connectivity.simulateOffline(false);
    await tab.sync();
    expect(Object.keys(env.server.userData(EMAIL).live("tags"))).toEqual(["u"]);
    expect(Object.keys(env.server.userData(EMAIL).live("tagRuleLinks"))).toEqual(["l"]);
  });

  /** Counts requests that write to IndexedDB or read from it. */
  function countRequests(): () => number {
    let count = 0;
    const prototype = IDBObjectStore.prototype as unknown as Record<string, (...all: unknown[]) => unknown>;
    const names = ["get", "getAll", "put", "add", "delete", "openCursor"];
    const before = names.map((name) => prototype[name]);
    for (const [index, name] of names.entries()) {
      prototype[name] = function (this: unknown, ...all: unknown[]) {
        count += 1;
        return before[index]?.apply(this, all);
      };
    }
    onTestFinished(
      () => void Object.assign(prototype, Object.fromEntries(names.map((name, at) => [name, before[at]]))),
    );
    return () => count;
  }
});

describe("a transaction", () => {
  const FOREIGN: [string, () => Promise<unknown>][] = [
    ["a timer", () => new Promise((resolve) => setTimeout(resolve, 300))],
    ["nothing that ever comes", () => new Promise(() => {})],
    [
      "a chain of tasks",
      async () => {
        for (let turn = 0; turn < 5_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      },
    ],
  ];

  test.each(FOREIGN)("that awaits %s stores nothing", async (_what, foreign) => {
    const { tab } = await start();
    const { tags } = tab.landfall.collections;
    const ended = { code: "transaction_ended" };
    const broken = tab.landfall.transaction(async () => {
      await tags.put({ id: "a", name: "A" });
      await foreign();
    });
    await expect(broken).rejects.toMatchObject(ended);
    const first = tab.landfall.transaction(async () => {
      await foreign();
      await tags.put({ id: "b", name: "B" });
    });
    await expect(first).rejects.toMatchObject(ended);
    expect(await tags.get("a")).toBeUndefined();
    expect(await tab.browser.database().syncQueue.count()).toBe(0);
    await tab.landfall.transaction(async () => tags.put({ id: "c", name: "C" }));
    expect((await tags.get("c"))?.name).toBe("C");
  });

  test("may await its own calls, of every kind, and what is there already", async () => {
    const { tab } = await start();
    const { collections, projects, chat, assets } = tab.landfall;
    await tab.landfall.connectivity.simulateOffline(true);
    const id = await tab.landfall.transaction(async () => {
      await null;
      const project = await projects.put({ name: "P" });
      await Promise.all([chat.createSession({ title: "S", projectId: project.id }), collections.tags.list()]);
      for (let index = 0; index < 50; index += 1) await collections.tags.put({ id: `t${index}`, name: `T${index}` });
      expect(await assets.get("01890000-0000-7000-8000-000000000001")).toBeUndefined();
      return project.id;
    });
    expect(await projects.get(id)).toMatchObject({ name: "P" });
    expect(await collections.tags.list()).toHaveLength(50);
    // A call that fails ends the transaction, also where its error is caught.
    const goingOn = tab.landfall.transaction(async () => {
      await projects.update("nowhere", { name: "Q" }).catch(() => {});
      await projects.update(id, { name: "Q" });
    });
    await expect(goingOn).rejects.toMatchObject({ code: "transaction_ended" });
    const failing = tab.landfall.transaction(async () => {
      await projects.update(id, { name: "Q" });
      throw new Error("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    expect(await projects.get(id)).toMatchObject({ name: "P" });
  });
});

test("a put of a few members that changes none of them keeps what another tab has changed in others", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const { id } = await tab.landfall.projects.put({ name: "First" });
  const other = tab.browser.tab();
  await other.landfall.start();
  await other.landfall.projects.put({ id, name: "Renamed" });
  await tab.landfall.projects.put({ id, parentId: null });
  expect(await tab.landfall.projects.get(id)).toMatchObject({ name: "Renamed" });
});
