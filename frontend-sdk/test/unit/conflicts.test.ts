// Two devices change one row: the result of each conflict policy, and the inbox for conflicts that the user resolves.

import { expect, test } from "vitest";
import { mergeRows } from "../../src/store/merge";
import type { ConflictPolicy } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import { builtinKinds } from "../support/kinds";

const BASE = { id: "r", name: "Rule", content: "base", type: "a" };

/** Rows are stored without their key. */
function atServer(env: TestEnvironment): Record<string, unknown> | undefined {
  const value = env.server.userData(EMAIL).live("rules").r;
  return value && { ...value, id: "r" };
}

/** Makes an unsent change of a rule on one device that another device has changed. */
async function conflict(
  policy: ConflictPolicy,
  change: { mine: object | null; theirs: object | null },
): Promise<{ env: TestEnvironment; tab: Tab; stored: () => unknown }> {
  const env = new TestEnvironment();
  env.options = { conflicts: { rules: policy } };
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", BASE);
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  await tab.landfall.connectivity.simulateOffline(true);
  if (change.mine) await rules.put({ ...BASE, ...change.mine });
  else await rules.delete("r");
  userData.write("rules", "r", change.theirs && { ...BASE, ...change.theirs });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  return { env, tab, stored: () => atServer(env) };
}

/** Pulls while a sealed entry waits for its retry. */
async function pullAlone(tab: Tab): Promise<void> {
  const { server } = tab.browser.env;
  const before = server.requests(/changes/).length;
  await tab.landfall.sync.resume();
  await until(() => server.requests(/changes/).length > before, "the pull");
  await tab.idle();
}

const local = (tab: Tab) => tab.landfall.collections.rules.get("r");
const inbox = (tab: Tab) => firstValue(tab.landfall.conflicts.list());

test("client-wins: the local change is sent over the server's", async () => {
  const { tab, stored } = await conflict("client-wins", {
    mine: { content: "mine" },
    theirs: { content: "theirs", type: "b" },
  });
  expect(stored()).toEqual({ ...BASE, content: "mine" });
  expect(await local(tab)).toEqual({ ...BASE, content: "mine" });
});

test("client-wins: an edit restores a row deleted elsewhere, and a delete overrules an edit", async () => {
  const edited = await conflict("client-wins", { mine: { content: "mine" }, theirs: null });
  expect(edited.stored()).toMatchObject({ content: "mine" });
  const deleted = await conflict("client-wins", { mine: null, theirs: { content: "theirs" } });
  expect(deleted.stored()).toBeUndefined();
  expect(await local(deleted.tab)).toBeUndefined();
});

test("server-wins: the local change is undone", async () => {
  const { tab, stored } = await conflict("server-wins", {
    mine: { content: "mine", name: "Mine" },
    theirs: { content: "theirs" },
  });
  expect(stored()).toEqual({ ...BASE, content: "theirs" });
  expect(await local(tab)).toEqual({ ...BASE, content: "theirs" });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("server-wins: a delete is undone by an edit, and an edit by a delete", async () => {
  const deleted = await conflict("server-wins", { mine: null, theirs: { content: "theirs" } });
  expect(await local(deleted.tab)).toEqual({ ...BASE, content: "theirs" });
  const edited = await conflict("server-wins", { mine: { content: "mine" }, theirs: null });
  expect(await local(edited.tab)).toBeUndefined();
  expect(edited.stored()).toBeUndefined();
});

test("merge: members that one side changed are kept, and of a member that both changed the last to arrive is kept", async () => {
  const { tab, stored } = await conflict("merge", {
    mine: { content: "mine", name: "Mine" },
    theirs: { content: "theirs", type: "b" },
  });
  const merged = { id: "r", name: "Mine", content: "mine", type: "b" };
  expect(stored()).toEqual(merged);
  expect(await local(tab)).toEqual(merged);
  expect(await inbox(tab)).toEqual([]);
});

test("merge: where another device has made the same change and another one, its row is accepted and nothing is sent", async () => {
  const { env, tab, stored } = await conflict("merge", {
    mine: { content: "same" },
    theirs: { content: "same", type: "b" },
  });
  const both = { ...BASE, content: "same", type: "b" };
  expect([await local(tab), stored()]).toEqual([both, both]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", pending: 0 });
  expect(env.server.userData(EMAIL).table("rules").get("r")).toMatchObject({ revision: 2 });
});

test("merge: a delete of a row edited elsewhere, and an edit of a row deleted elsewhere, open a conflict", async () => {
  const deleted = await conflict("merge", { mine: null, theirs: { content: "theirs" } });
  expect(deleted.stored()).toMatchObject({ content: "theirs" });
  expect(await inbox(deleted.tab)).toMatchObject([{ key: "r", mine: null, theirs: { content: "theirs" } }]);
  const edited = await conflict("merge", { mine: { content: "mine" }, theirs: null });
  expect(edited.stored()).toBeUndefined();
  expect(await inbox(edited.tab)).toMatchObject([{ key: "r", mine: { content: "mine" }, theirs: null }]);
});

test("merge: an edit of a row that was deleted and made again elsewhere is merged from what the edit was made from", async () => {
  const { env, tab } = await conflict("merge", { mine: { name: "Mine" }, theirs: null });
  expect(await inbox(tab)).toMatchObject([{ key: "r", base: BASE, theirs: null }]);
  env.server.userData(EMAIL).write("rules", "r", { ...BASE, content: "theirs" });
  await tab.sync();
  const merged = { ...BASE, name: "Mine", content: "theirs" };
  expect(await inbox(tab)).toEqual([]);
  expect(await local(tab)).toEqual(merged);
  expect(atServer(env)).toEqual(merged);
});

test("ask: a row that is made again after its tombstone was removed, and counts from 1, is what can be chosen", async () => {
  const { env, tab } = await conflict("ask", { mine: { name: "Mine" }, theirs: null });
  const userData = env.server.userData(EMAIL);
  userData.table("rules").delete("r");
  userData.write("rules", "r", { ...BASE, content: "again" });
  await tab.sync();
  expect(await inbox(tab)).toMatchObject([{ key: "r", mine: { name: "Mine" }, theirs: { content: "again" } }]);
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, "theirs");
  await tab.sync();
  expect(await local(tab)).toEqual({ ...BASE, content: "again" });
});

test("merge: an open conflict about a list stays open, and keeps what others change in other members", async () => {
  const env = new TestEnvironment();
  env.options = { conflicts: { conversations: "merge" } };
  const userData = env.server.userData(EMAIL);
  userData.write("conversations", "c", { title: "Old", metadata: { list: ["a"] } });
  const tab = await env.signedInTab();
  const { collections, connectivity, conflicts } = tab.landfall;
  await connectivity.simulateOffline(true);
  await collections.conversations.update("c", { metadata: { list: ["a", "mine"] } });
  userData.write("conversations", "c", { title: "Theirs", metadata: { list: ["a", "theirs"] } });
  await connectivity.simulateOffline(false);
  await tab.sync();
  expect(await inbox(tab)).toMatchObject([{ key: "c", theirs: { title: "Theirs" } }]);
  const again = { title: "Theirs", projectId: null, metadata: { list: ["a", "theirs"] } };
  userData.write("conversations", "c", { ...again, tags: "new" });
  await tab.sync();
  expect(await inbox(tab)).toMatchObject([{ key: "c", theirs: { title: "Theirs", tags: "new" } }]);
  expect(userData.live("conversations").c).toEqual({ ...again, tags: "new" });
  await conflicts.resolve({ collection: "conversations", key: "c" }, "theirs");
  await tab.sync();
  expect(await collections.conversations.get("c")).toMatchObject({ title: "Theirs", tags: "new" });
});

test.each([
  ["mine", {}, []],
  ["theirs", { c: { title: "Renamed elsewhere" } }, ["i"]],
] as const)(
  "merge: a delete that a rename elsewhere met, resolved with %s, decides about its parts too",
  async (side, conversations, parts) => {
    const env = new TestEnvironment();
    const userData = env.server.userData(EMAIL);
    userData.write("conversations", "c", { title: "Old" });
    userData.write("interactions", "i", { conversationId: "c", index: 0 });
    const tab = await env.signedInTab();
    const { collections, connectivity, conflicts } = tab.landfall;
    await connectivity.simulateOffline(true);
    await collections.conversations.delete("c");
    userData.write("conversations", "c", { title: "Renamed elsewhere" });
    await connectivity.simulateOffline(false);
    await tab.sync();
    expect(await collections.interactions.list()).toEqual([]);
    await conflicts.resolve({ collection: "conversations", key: "c" }, side);
    await tab.sync();
    expect(userData.live("conversations")).toEqual(conversations);
    expect(Object.keys(userData.live("interactions"))).toEqual(parts);
    expect((await collections.interactions.list()).map(({ id }) => id)).toEqual(parts);
  },
);

test("merge: a delete of a row that another device wrote without a change is sent", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", BASE);
  const tab = await env.signedInTab();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.collections.rules.delete("r");
  userData.write("rules", "r", { ...BASE, type: "b" });
  userData.write("rules", "r", BASE);
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect([atServer(env), await inbox(tab)]).toEqual([undefined, []]);
});

test("ask: both sides are in the inbox, and the row's entry names the conflict", async () => {
  const { tab, stored } = await conflict("ask", { mine: { content: "mine" }, theirs: { type: "b" } });
  expect(await inbox(tab)).toEqual([
    {
      collection: "rules",
      key: "r",
      base: BASE,
      mine: { ...BASE, content: "mine" },
      theirs: { ...BASE, type: "b" },
      since: expect.any(String),
    },
  ]);
  expect(stored()).toEqual({ ...BASE, type: "b" });
  expect((await tab.landfall.sync.why("r"))?.sync).toMatchObject({ state: "conflict", code: "revision_conflict" });
  await tab.landfall.sync.retryAll();
  await tab.idle();
  expect(await inbox(tab)).toHaveLength(1);
});

test.each([
  ["mine", { ...BASE, content: "mine" }],
  ["theirs", { ...BASE, type: "b" }],
  [
    { ...BASE, content: "both" },
    { ...BASE, content: "both" },
  ],
] as const)("ask: resolving with %j is sent and closes the conflict", async (resolution, expected) => {
  const { tab, stored } = await conflict("ask", { mine: { content: "mine" }, theirs: { type: "b" } });
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, resolution);
  await tab.sync();
  expect(stored()).toEqual(expected);
  expect(await local(tab)).toEqual(expected);
  expect(await inbox(tab)).toEqual([]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
  await expect(tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, "mine")).rejects.toMatchObject({
    code: "not_found",
  });
});

test("ask: an open conflict shows later changes of either side", async () => {
  const { env, tab } = await conflict("ask", { mine: { content: "mine" }, theirs: { type: "b" } });
  env.server.userData(EMAIL).write("rules", "r", { ...BASE, type: "c" });
  await tab.landfall.collections.rules.put({ ...BASE, content: "mine again" });
  await tab.sync();
  expect(await inbox(tab)).toMatchObject([{ base: BASE, mine: { content: "mine again" }, theirs: { type: "c" } }]);
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, "mine");
  await tab.sync();
  expect(atServer(env)).toEqual({ ...BASE, content: "mine again" });
});

test.each(["merge", "ask"] as const)(
  "%s: a conflict in an excluded collection is asked about when it is included",
  async (policy) => {
    const { env, tab } = await conflict(policy, { mine: { content: "mine" }, theirs: null });
    const { sync, collections } = tab.landfall;
    await sync.exclude("rules");
    expect(await inbox(tab)).toEqual([]);
    await collections.rules.put({ ...BASE, content: "mine again" });
    await sync.include("rules");
    await tab.sync();
    expect(await inbox(tab)).toMatchObject([{ base: BASE, mine: { content: "mine again" }, theirs: null }]);
    expect(atServer(env)).toBeUndefined();
    expect(sync.status.get()).toMatchObject({ state: "conflicts", conflicts: 1, failed: 0 });
  },
);

test("a row in conflict that is kept on this device is asked about no longer", async () => {
  const { env, tab } = await conflict("ask", { mine: { content: "mine" }, theirs: { type: "b" } });
  await tab.landfall.collections.rules.put({ ...BASE, content: "mine" }, { localOnly: true });
  await tab.sync();
  expect([await inbox(tab), atServer(env)]).toEqual([[], { ...BASE, type: "b" }]);
  expect(await local(tab)).toMatchObject({ content: "mine" });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", conflicts: 0 });
});

test("the same change on both sides is no conflict", async () => {
  const { tab } = await conflict("ask", { mine: { content: "same" }, theirs: { content: "same" } });
  expect(await inbox(tab)).toEqual([]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("projects: the server's row replaces an unchanged row, and an unsent change opens a conflict", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  userData.write("projects", "p", { name: "Harbour", data: { n: 1 } });
  const tab = await env.signedInTab();
  userData.write("projects", "p", { name: "Harbour", data: { n: 2 } });
  await tab.sync();
  expect(await tab.landfall.projects.get("p")).toMatchObject({ data: { n: 2 } });
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.projects.put({ id: "p", data: { n: 3 } });
  userData.write("projects", "p", { name: "Harbour", data: { n: 4 } });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  const [open] = await inbox(tab);
  expect(open).toMatchObject({ collection: "projects", mine: { data: { n: 3 } }, theirs: { data: { n: 4 } } });
});

test.each([
  ["client-wins", { n: 3 }],
  ["server-wins", { n: 4 }],
] as const)("projects: %s is a choice of the application, and nothing is asked", async (policy, expected) => {
  const env = new TestEnvironment();
  env.options = { conflicts: { projects: policy } };
  const userData = env.server.userData(EMAIL);
  userData.write("projects", "p", { name: "Harbour", data: { n: 1 } });
  const tab = await env.signedInTab();
  await tab.sync();
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.projects.put({ id: "p", data: { n: 3 } });
  userData.write("projects", "p", { name: "Port", data: { n: 4 } });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  expect(userData.live("projects").p).toMatchObject({ data: expected });
  expect(await tab.landfall.projects.get("p")).toMatchObject({ data: expected });
  expect(await inbox(tab)).toEqual([]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", conflicts: 0 });
});

test("an edit made during a push is reconciled with another device's change by the policy", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", BASE);
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  let meanwhile = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (meanwhile || !path.endsWith("/sync")) return;
    meanwhile = true;
    userData.write("rules", "r", { ...BASE, type: "theirs" });
    await rules.put({ ...BASE, content: "first", name: "Second" });
  };
  await rules.put({ ...BASE, content: "first" });
  await tab.sync();
  const merged = { ...BASE, content: "first", name: "Second", type: "theirs" };
  expect(atServer(env)).toEqual(merged);
  expect(await rules.get("r")).toEqual(merged);
});

test("an edit made during a push has the sent row as its base, so that others' changes count as theirs", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", BASE);
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  let requests = 0;
  env.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync")) return;
    requests += 1;
    if (requests === 1) await rules.put({ ...BASE, content: "first", name: "Second" });
    if (requests === 2) userData.write("rules", "r", { ...BASE, content: "theirs" });
  };
  await rules.put({ ...BASE, content: "first" });
  await tab.sync();
  expect(atServer(env)).toEqual({ ...BASE, content: "theirs", name: "Second" });
});

test("a remote change that is pulled before the answer to a local write keeps both", async () => {
  const env = new TestEnvironment();
  const userData = env.server.userData(EMAIL);
  userData.write("rules", "r", BASE);
  const tab = await env.signedInTab();
  const { rules } = tab.landfall.collections;
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 });
  await rules.put({ ...BASE, content: "mine" });
  await until(() => env.server.pushed().length === 2, "the repeat to fail");
  // The remote change follows the local write, whose outcome the device does not know yet.
  userData.write("rules", "r", { ...BASE, content: "mine", type: "theirs" });
  await pullAlone(tab);
  await env.clock.advance(5_000);
  await tab.sync();
  expect(await rules.get("r")).toEqual({ ...BASE, content: "mine", type: "theirs" });
  expect(atServer(env)).toEqual({ ...BASE, content: "mine", type: "theirs" });
});

test("the three-way merge handles removed members, nested values and unknown members", () => {
  const rules = builtinKinds().get("rules");
  if (!rules) throw new Error("rules are declared");
  const base = { id: "r", a: 1, b: { x: 1 }, c: "c", gone: true };
  const mine = { id: "r", a: 1, b: { x: 2 }, c: "c" };
  const theirs = { id: "r", a: 2, b: { x: 1 }, c: "c", gone: true, added: [1] };
  expect(mergeRows(rules, base, mine, theirs)).toEqual({ id: "r", a: 2, b: { x: 2 }, c: "c", added: [1] });
});

test("a local write that is pulled before its answer is stored as the server's row, with the members that the server sets", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 });
  const { id } = await tab.landfall.projects.put({ name: "Harbour" });
  await until(() => env.server.pushed().length === 2, "the repeat to fail");
  await pullAlone(tab);
  await env.clock.advance(5_000);
  await tab.sync();
  const { createdAt, updatedAt } = (await tab.landfall.projects.get(id)) ?? {};
  expect({ createdAt, updatedAt }).toEqual({
    createdAt: env.server.userData(EMAIL).live("projects")[id]?.createdAt,
    updatedAt: env.server.userData(EMAIL).live("projects")[id]?.updatedAt,
  });
});

test("an edit that is undone leaves the server's row unchanged, times included", async () => {
  const env = new TestEnvironment();
  env.server.userData(EMAIL).write("projects", "p", { name: "Harbour" });
  const tab = await env.signedInTab();
  const before = await tab.landfall.projects.get("p");
  await tab.landfall.connectivity.simulateOffline(true);
  await env.clock.advance(1_000);
  await tab.landfall.projects.put({ id: "p", name: "Port" });
  await tab.landfall.projects.put({ id: "p", name: "Harbour" });
  expect(await tab.landfall.projects.get("p")).toEqual(before);
});
