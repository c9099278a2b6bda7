// A server that was restored from a backup: two histories count their revisions independently, so what a device holds from the lost time is compared
// by content. Nothing of either history disappears without a word, and no message is there twice.

import { expect, test } from "vitest";
import type { ConflictPolicy } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import type { FakeUserData } from "../support/fake-user-data";

interface TwoDevices {
  env: TestEnvironment;
  one: Tab;
  two: Tab;
  userData: FakeUserData;
}

async function twoDevices(rules?: ConflictPolicy): Promise<TwoDevices> {
  const env = new TestEnvironment();
  if (rules) env.options = { conflicts: { rules } };
  return { env, one: await env.signedInTab(), two: await env.signedInTab(), userData: env.server.userData(EMAIL) };
}

const offline = (tab: Tab) => tab.landfall.connectivity.simulateOffline(true);

async function back(tab: Tab): Promise<void> {
  await tab.landfall.connectivity.simulateOffline(false);
  await tab.sync();
  await until(async () => !(await tab.browser.database().appState.get("sync.resync"))?.value, "the end of the resync");
  await tab.browser.env.clock.advance(2_000);
  await tab.sync();
}

const rule = (content: string, description = "d0") => ({ id: "r", name: "Rule", content, description });
const inbox = (tab: Tab) => firstValue(tab.landfall.conflicts.list());

/** A rule that both devices have, whose content the first device changes in the time that the backup lacks. */
async function withLostChange(policy?: ConflictPolicy): Promise<TwoDevices> {
  const both = await twoDevices(policy);
  const { one, two, userData } = both;
  await one.landfall.collections.rules.put(rule("c0"));
  await one.sync();
  await two.sync();
  const restore = userData.backup();
  await offline(two);
  await one.landfall.collections.rules.put(rule("one's, acknowledged"));
  await one.sync();
  await offline(one);
  restore();
  return both;
}

test("merge: a lost change is offered again beside a change of another member in the new history", async () => {
  const { one, two, userData } = await withLostChange();
  await two.landfall.collections.rules.put(rule("c0", "two's"));
  await back(two);
  await back(one);
  await two.sync();
  const both = rule("one's, acknowledged", "two's");
  expect({ id: "r", ...userData.live("rules").r }).toEqual(both);
  expect(await one.landfall.collections.rules.get("r")).toEqual(both);
  expect(await two.landfall.collections.rules.get("r")).toEqual(both);
});

test("merge: two changes of one member in two histories are a question", async () => {
  const { one, userData } = await withLostChange();
  userData.write("rules", "r", { name: "Rule", content: "new history's", description: "d0" });
  await back(one);
  expect(userData.live("rules").r).toMatchObject({ content: "new history's" });
  expect(await inbox(one)).toMatchObject([
    { mine: { content: "one's, acknowledged" }, theirs: { content: "new history's" } },
  ]);
});

test("merge: a change of the new history arrives without a question where nothing was lost", async () => {
  const { one, two, userData } = await twoDevices();
  await one.landfall.collections.rules.put(rule("c0"));
  await one.sync();
  await two.sync();
  userData.backup()();
  userData.write("rules", "r", { name: "Rule", content: "new history's", description: "d0" });
  await back(one);
  await back(two);
  for (const { landfall } of [one, two])
    expect(await landfall.collections.rules.get("r")).toEqual(rule("new history's"));
  expect([await inbox(one), await inbox(two)]).toEqual([[], []]);
});

test.each([
  ["client-wins", "one's, acknowledged", 0],
  ["server-wins", "new history's", 0],
  ["ask", "new history's", 1],
] as const)("%s decides about a difference between two histories", async (policy, content, conflicts) => {
  const { one, userData } = await withLostChange(policy);
  for (const n of [1, 2, 3])
    userData.write("rules", "r", { name: "Rule", content: n === 3 ? "new history's" : `n${n}`, description: "d0" });
  await back(one);
  expect(userData.live("rules").r).toMatchObject({ content });
  expect(await inbox(one)).toHaveLength(conflicts);
});

test.each(["merge", "ask", "server-wins"] as const)(
  "%s: an older row of the server is replaced by what this device had from it",
  async (policy) => {
    const { one, two, userData } = await withLostChange(policy);
    await back(two);
    await back(one);
    expect(userData.live("rules").r).toMatchObject({ content: "one's, acknowledged" });
    expect([await inbox(one), await inbox(two)]).toEqual([[], []]);
  },
);

test.each(["merge", "ask"] as const)(
  "%s: an open conflict about a lost version ends, and this device's side is offered to an older row",
  async (policy) => {
    const { one, two, userData } = await twoDevices(policy);
    await one.landfall.collections.rules.put(rule("c0"));
    await one.sync();
    const restore = userData.backup();
    await one.landfall.collections.rules.put(rule("c1", "d1"));
    await one.sync();
    await two.sync();
    await offline(one);
    await one.landfall.collections.rules.put(rule("one's", "d1"));
    await two.landfall.collections.rules.delete("r");
    await two.sync();
    await back(one);
    expect(await inbox(one)).toMatchObject([{ mine: rule("one's", "d1"), theirs: null }]);
    // It would repeat its delete.
    await offline(two);
    await offline(one);
    restore();
    await back(one);
    expect([await inbox(one), { id: "r", ...userData.live("rules").r }]).toEqual([[], rule("one's", "d1")]);
  },
);

test("ask: a draft that was made from a lost version doesn't replace what was written after the restore", async () => {
  const { one, two, userData } = await twoDevices();
  const { projects } = one.landfall;
  await projects.put({ id: "p", name: "Doc", data: { text: "v1" } });
  await one.sync();
  const restore = userData.backup();
  await projects.put({ id: "p", data: { text: "v2, lost" } });
  await one.sync();
  await two.sync();
  await offline(one);
  await projects.put({ id: "p", data: { text: "draft on v2" } });
  restore();
  userData.write("projects", "p", { name: "Doc", data: { text: "written after" } });
  await back(one);
  expect(userData.live("projects").p).toMatchObject({ data: { text: "written after" } });
  expect(await inbox(one)).toMatchObject([
    { mine: { data: { text: "draft on v2" } }, theirs: { data: { text: "written after" } } },
  ]);
  expect(await projects.get("p")).toMatchObject({ data: { text: "draft on v2" } });
});

test("ask: a draft whose base the backup has is sent without a question", async () => {
  const { one, userData } = await twoDevices();
  const { projects } = one.landfall;
  for (const text of ["v1", "v2"]) {
    await projects.put({ id: "p", name: "Doc", data: { text } });
    await one.sync();
  }
  await offline(one);
  await projects.put({ id: "p", data: { text: "draft on v2" } });
  userData.backup()();
  await back(one);
  expect(userData.live("projects").p).toMatchObject({ data: { text: "draft on v2" } });
  expect(await inbox(one)).toEqual([]);
});

test("ask: lost versions of higher revisions don't replace what was written after the restore", async () => {
  const { one, userData } = await twoDevices();
  const { projects } = one.landfall;
  await projects.put({ id: "p", name: "Doc", data: { text: "v1" } });
  await one.sync();
  const restore = userData.backup();
  for (const text of ["v2", "v3", "v4"]) {
    await projects.put({ id: "p", data: { text } });
    await one.sync();
  }
  await offline(one);
  restore();
  userData.write("projects", "p", { name: "Doc", data: { text: "written after" } });
  await back(one);
  expect(userData.live("projects").p).toMatchObject({ data: { text: "written after" } });
  expect(await inbox(one)).toMatchObject([{ mine: { data: { text: "v4" } } }]);
});

test("a chat's lost name is offered again though another device wrote into the chat since", async () => {
  const { env, one, userData } = await twoDevices();
  const session = await one.syncedSession("old");
  const restore = userData.backup();
  await one.landfall.chat.renameSession(session, "renamed, acknowledged");
  await one.sync();
  await offline(one);
  restore();
  const message = { sessionId: session, role: "user", createdAt: "2026-11-21T08:00:00Z" } as const;
  env.server.writeAsOtherDevice(
    EMAIL,
    [1, 2, 3].map((n) => ({ ...message, content: `m${n}`, metadata: null })) as never,
  );
  await back(one);
  expect(userData.sessions()[0]).toMatchObject({ title: "renamed, acknowledged" });
});

test("a lost delete is repeated, unless the row was changed in the new history", async () => {
  const { one, two, userData } = await twoDevices();
  const { rules } = one.landfall.collections;
  await rules.put(rule("c0"));
  await rules.put({ ...rule("c0"), id: "kept", name: "Kept" });
  await one.sync();
  await two.sync();
  const restore = userData.backup();
  await rules.delete("r");
  await rules.delete("kept");
  await one.sync();
  await offline(one);
  restore();
  userData.write("rules", "kept", { name: "Kept", content: "new history's" });
  await back(one);
  await two.sync();
  expect(Object.keys(userData.live("rules"))).toEqual(["kept"]);
  expect(await rules.get("kept")).toMatchObject({ content: "new history's" });
});

test("a row that was deleted in the new history stays deleted, and one that was made again in the lost time is back", async () => {
  const { one, userData } = await twoDevices();
  const { rules } = one.landfall.collections;
  await rules.put(rule("c0"));
  await rules.put({ ...rule("c0"), id: "again", name: "Again" });
  await one.sync();
  await rules.delete("again");
  await one.sync();
  const restore = userData.backup();
  await rules.put({ ...rule("c1"), id: "again", name: "Again" });
  await one.sync();
  await offline(one);
  restore();
  userData.write("rules", "r", null);
  await back(one);
  expect(Object.keys(userData.live("rules"))).toEqual(["again"]);
  expect((await rules.list()).map(({ id }) => id)).toEqual(["again"]);
});

test("lost messages are offered again in their order, before those that were unsent", async () => {
  const { one, userData } = await twoDevices();
  const session = await one.syncedSession();
  const restore = userData.backup();
  const lines = Array.from({ length: 8 }, (_, n) => `line ${n}`);
  // Their ids sort against their order.
  for (const [n, content] of lines.entries()) {
    const id = `${9 - n}0000000-0000-4000-8000-000000000000`;
    const value = { sessionId: session, role: "user", content, createdAt: "2026-11-21T08:00:00Z" };
    userData.write("chatMessages", id, value);
  }
  await one.sync();
  await offline(one);
  await one.send(session, "unsent");
  restore();
  await back(one);
  expect(userData.messages().map(({ content }) => content)).toEqual([...lines, "unsent"]);
  expect((await one.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual(
    [...lines, "unsent"].map((content) => [content, "synced"]),
  );
});

/** A message of the first device whose answer was lost. The second device has it, and the backup lacks it. */
async function withLostAnswer(): Promise<TwoDevices & { session: string }> {
  const both = await twoDevices();
  const { env, one, two, userData } = both;
  const session = await one.syncedSession();
  await two.sync();
  const restore = userData.backup();
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  await one.send(session, "hello");
  await env.clock.advance(2_000);
  await until(() => userData.messages().length === 1, "the message at the server");
  await offline(one);
  await two.sync();
  await offline(two);
  expect(await two.messages(session)).toHaveLength(1);
  restore();
  return { ...both, session };
}

for (const order of ["writer first", "reader first", "writer while the reader offers"]) {
  test(`a message is there once, though two devices offer it again: ${order}`, async () => {
    const { env, one, two, userData, session } = await withLostAnswer();
    if (order === "writer while the reader offers") {
      // The reader's resync ends, and its offer is held back until the writer's message is stored.
      let held = 0;
      env.server.beforeAnswer = async ({ path, body }) => {
        const mutations = (body as { mutations?: unknown[] } | null)?.mutations ?? [];
        if (held > 0 || path !== "/api/sync" || mutations.length === 0) return;
        held += 1;
        env.server.writeAsOtherDevice(EMAIL, [await pendingMessage(one)] as never);
      };
    }
    const [first, second] = order === "writer first" ? [one, two] : [two, one];
    await back(first);
    const shown = async (tab: Tab) => (await tab.messages(session)).map(({ content, sync }) => [content, sync.state]);
    expect(await shown(first)).toEqual([["hello", "synced"]]);
    await back(second);
    await first.sync();
    expect(userData.messages().map(({ content }) => content)).toEqual(["hello"]);
    for (const tab of [one, two]) expect(await shown(tab)).toEqual([["hello", "synced"]]);
  });
}

/** The message that waits on a device, as another connection of the device sends it. */
async function pendingMessage(tab: Tab): Promise<object> {
  const [row] = await tab.browser.database().chatMessages.toArray();
  return {
    tempId: row?.tempId,
    sessionId: row?.sessionId,
    role: row?.role,
    content: row?.content,
    createdAt: row?.createdAt,
  };
}

test("a collection that was excluded over a restore is reconciled when it is included", async () => {
  const { one, userData } = await twoDevices();
  const { rules } = one.landfall.collections;
  for (const id of ["lost", "changed", "same"]) await rules.put({ ...rule("c0"), id, name: id });
  await one.sync();
  const restore = userData.backup();
  await rules.put({ ...rule("c1"), id: "lost", name: "lost" });
  await rules.put({ ...rule("c1"), id: "new", name: "new" });
  await one.sync();
  await one.landfall.sync.exclude("rules");
  await rules.put({ ...rule("mine"), id: "changed", name: "changed" });
  restore();
  userData.write("rules", "changed", { name: "changed", content: "c0", description: "theirs" });
  await back(one);
  expect(userData.live("rules").lost).toMatchObject({ content: "c0" });
  await one.landfall.sync.include("rules");
  await back(one);
  const stored = userData.live("rules");
  expect(Object.keys(stored).sort()).toEqual(["changed", "lost", "new", "same"]);
  expect([stored.lost, stored.changed]).toMatchObject([{ content: "c1" }, { content: "mine", description: "theirs" }]);
  expect(one.landfall.sync.status.get()).toMatchObject({ state: "synced" });
});
