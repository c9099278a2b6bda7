// Two devices change one row: what each policy makes of it, and the inbox where a person decides.

import { expect, test } from "vitest";
import { defineAll } from "../../src/rows/definition";
import { mergeRows } from "../../src/rows/merge";
import type { ConflictPolicy } from "../../src/types";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const BASE = { id: "r", name: "Rule", content: "base", type: "a" };

/** Rows are stored without their key. */
function atServer(world: World): Record<string, unknown> | undefined {
  const value = world.server.space(EMAIL).live("rules").r;
  return value && { ...value, id: "r" };
}

/** One device has an unsent change of a rule that another has changed meanwhile. */
async function conflict(
  policy: ConflictPolicy,
  change: { mine: object | null; theirs: object | null },
): Promise<{ world: World; tab: Tab; stored: () => unknown }> {
  const world = new World();
  world.options = { conflicts: { rules: policy } };
  const space = world.server.space(EMAIL);
  space.write("rules", "r", BASE);
  const tab = await world.signedInTab();
  const { rules } = tab.landfall.collections;
  await tab.landfall.connectivity.simulateOffline(true);
  if (change.mine) await rules.put({ ...BASE, ...change.mine });
  else await rules.delete("r");
  space.write("rules", "r", change.theirs && { ...BASE, ...change.theirs });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  return { world, tab, stored: () => atServer(world) };
}

/** Asks for news while what is frozen waits for its retry. */
async function pullAlone(tab: Tab): Promise<void> {
  const { server } = tab.browser.world;
  const before = server.requests(/changes/).length;
  await tab.landfall.sync.resume();
  await until(() => server.requests(/changes/).length > before, "the pull");
  await tab.idle();
}

const local = (tab: Tab) => tab.landfall.collections.rules.get("r");
const inbox = (tab: Tab) => firstValue(tab.landfall.conflicts.list());

test("client-wins: ours goes on top of theirs", async () => {
  const { tab, stored } = await conflict("client-wins", {
    mine: { content: "mine" },
    theirs: { content: "theirs", type: "b" },
  });
  expect(stored()).toEqual({ ...BASE, content: "mine" });
  expect(await local(tab)).toEqual({ ...BASE, content: "mine" });
});

test("client-wins: an edit restores what was deleted elsewhere, and a delete holds against an edit", async () => {
  const edited = await conflict("client-wins", { mine: { content: "mine" }, theirs: null });
  expect(edited.stored()).toMatchObject({ content: "mine" });
  const deleted = await conflict("client-wins", { mine: null, theirs: { content: "theirs" } });
  expect(deleted.stored()).toBeUndefined();
  expect(await local(deleted.tab)).toBeUndefined();
});

test("server-wins: ours is taken back", async () => {
  const { tab, stored } = await conflict("server-wins", {
    mine: { content: "mine", name: "Mine" },
    theirs: { content: "theirs" },
  });
  expect(stored()).toEqual({ ...BASE, content: "theirs" });
  expect(await local(tab)).toEqual({ ...BASE, content: "theirs" });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("server-wins: a delete gives way to an edit, an edit to a delete", async () => {
  const deleted = await conflict("server-wins", { mine: null, theirs: { content: "theirs" } });
  expect(await local(deleted.tab)).toEqual({ ...BASE, content: "theirs" });
  const edited = await conflict("server-wins", { mine: { content: "mine" }, theirs: null });
  expect(await local(edited.tab)).toBeUndefined();
  expect(edited.stored()).toBeUndefined();
});

test("merge: members that one side changed are taken from it, of the rest the last to arrive holds", async () => {
  const { tab, stored } = await conflict("merge", {
    mine: { content: "mine", name: "Mine" },
    theirs: { content: "theirs", type: "b" },
  });
  const merged = { id: "r", name: "Mine", content: "mine", type: "b" };
  expect(stored()).toEqual(merged);
  expect(await local(tab)).toEqual(merged);
  expect(await inbox(tab)).toEqual([]);
});

test("merge: a delete is the last word; an edit of what was deleted elsewhere is asked about", async () => {
  const deleted = await conflict("merge", { mine: null, theirs: { content: "theirs" } });
  expect(deleted.stored()).toBeUndefined();
  const edited = await conflict("merge", { mine: { content: "mine" }, theirs: null });
  expect(edited.stored()).toBeUndefined();
  expect(await inbox(edited.tab)).toMatchObject([{ key: "r", mine: { content: "mine" }, theirs: null }]);
});

test("ask: both sides wait in the inbox, and the row's entry says why", async () => {
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
  expect((await tab.landfall.sync.why("r"))?.sync).toMatchObject({ state: "failed", code: "revision_conflict" });
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

test("ask: what changes on either side while a conflict is open is what it shows", async () => {
  const { world, tab } = await conflict("ask", { mine: { content: "mine" }, theirs: { type: "b" } });
  world.server.space(EMAIL).write("rules", "r", { ...BASE, type: "c" });
  await tab.landfall.collections.rules.put({ ...BASE, content: "mine again" });
  await tab.sync();
  expect(await inbox(tab)).toMatchObject([{ base: BASE, mine: { content: "mine again" }, theirs: { type: "c" } }]);
  await tab.landfall.conflicts.resolve({ collection: "rules", key: "r" }, "mine");
  await tab.sync();
  expect(atServer(world)).toEqual({ ...BASE, content: "mine again" });
});

test("both sides making the same change is no conflict", async () => {
  const { tab } = await conflict("ask", { mine: { content: "same" }, theirs: { content: "same" } });
  expect(await inbox(tab)).toEqual([]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("projects: theirs is taken where nothing is unsent, else a person is asked", async () => {
  const world = new World();
  const space = world.server.space(EMAIL);
  space.write("projects", "p", { name: "Harbour", data: { n: 1 } });
  const tab = await world.signedInTab();
  space.write("projects", "p", { name: "Harbour", data: { n: 2 } });
  await tab.sync();
  expect(await tab.landfall.projects.get("p")).toMatchObject({ data: { n: 2 } });
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.landfall.projects.put({ id: "p", data: { n: 3 } });
  space.write("projects", "p", { name: "Harbour", data: { n: 4 } });
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  const [open] = await inbox(tab);
  expect(open).toMatchObject({ collection: "projects", mine: { data: { n: 3 } }, theirs: { data: { n: 4 } } });
});

test("an edit made while a push is under way meets another device's change by the policy too", async () => {
  const world = new World();
  const space = world.server.space(EMAIL);
  space.write("rules", "r", BASE);
  const tab = await world.signedInTab();
  const { rules } = tab.landfall.collections;
  let meanwhile = false;
  world.server.beforeAnswer = async ({ path }) => {
    if (meanwhile || !path.endsWith("/sync")) return;
    meanwhile = true;
    space.write("rules", "r", { ...BASE, type: "theirs" });
    await rules.put({ ...BASE, content: "first", name: "Second" });
  };
  await rules.put({ ...BASE, content: "first" });
  await tab.sync();
  const merged = { ...BASE, content: "first", name: "Second", type: "theirs" };
  expect(atServer(world)).toEqual(merged);
  expect(await rules.get("r")).toEqual(merged);
});

test("an edit made during a push is of the row as it was sent: what others change then is theirs", async () => {
  const world = new World();
  const space = world.server.space(EMAIL);
  space.write("rules", "r", BASE);
  const tab = await world.signedInTab();
  const { rules } = tab.landfall.collections;
  let requests = 0;
  world.server.beforeAnswer = async ({ path }) => {
    if (!path.endsWith("/sync")) return;
    requests += 1;
    if (requests === 1) await rules.put({ ...BASE, content: "first", name: "Second" });
    if (requests === 2) space.write("rules", "r", { ...BASE, content: "theirs" });
  };
  await rules.put({ ...BASE, content: "first" });
  await tab.sync();
  expect(atServer(world)).toEqual({ ...BASE, content: "theirs", name: "Second" });
});

test("another device's change that is pulled while our write has no answer is not lost, nor is ours", async () => {
  const world = new World();
  const space = world.server.space(EMAIL);
  space.write("rules", "r", BASE);
  const tab = await world.signedInTab();
  const { rules } = tab.landfall.collections;
  world.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  world.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 });
  await rules.put({ ...BASE, content: "mine" });
  await until(() => world.server.pushed().length === 2, "the repeat to fail");
  // On top of ours, which this device doesn't know to be there.
  space.write("rules", "r", { ...BASE, content: "mine", type: "theirs" });
  await pullAlone(tab);
  await world.clock.advance(5_000);
  await tab.sync();
  expect(await rules.get("r")).toEqual({ ...BASE, content: "mine", type: "theirs" });
  expect(atServer(world)).toEqual({ ...BASE, content: "mine", type: "theirs" });
});

test("three-way merge: removed members, nested values and members that nobody knows", () => {
  const rules = defineAll().get("rules");
  if (!rules) throw new Error("rules are declared");
  const base = { id: "r", a: 1, b: { x: 1 }, c: "c", gone: true };
  const mine = { id: "r", a: 1, b: { x: 2 }, c: "c" };
  const theirs = { id: "r", a: 2, b: { x: 1 }, c: "c", gone: true, added: [1] };
  expect(mergeRows(rules, base, mine, theirs)).toEqual({ id: "r", a: 2, b: { x: 2 }, c: "c", added: [1] });
});

test("an own write that was pulled before its answer came is the server's row, with the members that it sets", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  world.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  world.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500 });
  const { id } = await tab.landfall.projects.put({ name: "Harbour" });
  await until(() => world.server.pushed().length === 2, "the repeat to fail");
  await pullAlone(tab);
  await world.clock.advance(5_000);
  await tab.sync();
  const { createdAt, updatedAt } = (await tab.landfall.projects.get(id)) ?? {};
  expect({ createdAt, updatedAt }).toEqual({
    createdAt: world.server.space(EMAIL).live("projects")[id]?.createdAt,
    updatedAt: world.server.space(EMAIL).live("projects")[id]?.updatedAt,
  });
});

test("an edit that is taken back leaves the server's row as it was, times included", async () => {
  const world = new World();
  world.server.space(EMAIL).write("projects", "p", { name: "Harbour" });
  const tab = await world.signedInTab();
  const before = await tab.landfall.projects.get("p");
  await tab.landfall.connectivity.simulateOffline(true);
  await world.clock.advance(1_000);
  await tab.landfall.projects.put({ id: "p", name: "Port" });
  await tab.landfall.projects.put({ id: "p", name: "Harbour" });
  expect(await tab.landfall.projects.get("p")).toEqual(before);
});
