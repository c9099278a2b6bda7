// What a delete does to other rows: the same on this device as at the server, whatever of it was sent before. A discarded delete restores all of it.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";
import type { FakeUserData } from "../support/fake-user-data";

async function device(): Promise<{ env: TestEnvironment; tab: Tab; userData: FakeUserData }> {
  const env = new TestEnvironment();
  return { env, tab: await env.signedInTab(), userData: env.server.userData(EMAIL) };
}

const offline = (tab: Tab, is: boolean) => tab.landfall.connectivity.simulateOffline(is);

async function onlineAgain(tab: Tab): Promise<void> {
  await offline(tab, false);
  await tab.sync();
}

async function discardDelete(tab: Tab, key: string): Promise<void> {
  const entry = await tab.browser
    .database()
    .syncQueue.filter((one) => one.key === key && one.op === "delete")
    .first();
  await tab.landfall.sync.discard(entry?.id ?? "");
}

test("a row is unlinked from a deleted device-only row everywhere, and stays so", async () => {
  const { tab, userData } = await device();
  const { apiKeys, providerConfigs } = tab.landfall.collections;
  await apiKeys.put({ id: "k", name: "Key", sealed: { alg: "x", data: "synthetic" } } as never);
  await providerConfigs.put({ id: "p", name: "P", type: "openai", apiKeyId: "k" } as never);
  await tab.sync();
  await apiKeys.delete("k");
  await tab.sync();
  expect(userData.live("providerConfigs").p).toMatchObject({ apiKeyId: null });
  userData.write("providerConfigs", "p", { ...userData.live("providerConfigs").p, name: "P2" });
  await tab.sync();
  expect(await providerConfigs.get("p")).toMatchObject({ name: "P2", apiKeyId: null });
});

test("rows are unlinked from a project that never left this device", async () => {
  const { tab, userData } = await device();
  await tab.landfall.projects.put({ id: "p", name: "Here only" }, { localOnly: true });
  await tab.landfall.collections.conversations.put({ id: "c", title: "T", projectId: "p" });
  const session = await tab.landfall.chat.createSession({ title: "Chat", projectId: "p" });
  await tab.sync();
  await tab.landfall.projects.delete("p");
  await tab.sync();
  expect(userData.live("conversations").c).toMatchObject({ projectId: null });
  expect(userData.live("chatSessions")[session.id]).toMatchObject({ projectId: null });
});

test.each(["synced", "unsent", "localOnly"])(
  "a row that was moved offline into a %s parent is deleted with it everywhere",
  async (kind) => {
    const { tab, userData } = await device();
    const { projects } = tab.landfall;
    await projects.put({ id: "row", name: "Row" });
    await projects.put({ id: "below", name: "Below", parentId: "row" });
    if (kind === "synced") await projects.put({ id: "parent", name: "Parent" });
    await tab.sync();
    await offline(tab, true);
    if (kind !== "synced") await projects.put({ id: "parent", name: "P" }, { localOnly: kind === "localOnly" });
    await projects.put({ id: "row", parentId: "parent" });
    await projects.delete("parent");
    await onlineAgain(tab);
    expect([Object.keys(userData.live("projects")), await projects.list()]).toEqual([[], []]);
    expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced" });
  },
);

test("an interaction that was moved offline into a deleted conversation is gone everywhere", async () => {
  const { tab, userData } = await device();
  const { conversations, interactions } = tab.landfall.collections;
  await conversations.put({ id: "one", title: "One" });
  await conversations.put({ id: "two", title: "Two" });
  await interactions.put({ id: "i", conversationId: "one", index: 0 });
  await tab.sync();
  await offline(tab, true);
  await interactions.put({ id: "i", conversationId: "two", index: 0 });
  await conversations.delete("two");
  await onlineAgain(tab);
  expect([Object.keys(userData.live("interactions")), await interactions.list()]).toEqual([[], []]);
});

test("a row that was moved offline into a project that another device has deleted is there on both sides, and its move failed", async () => {
  const { tab, userData } = await device();
  const { projects } = tab.landfall;
  await projects.put({ id: "row", name: "Row" });
  await projects.put({ id: "parent", name: "Parent" });
  await tab.sync();
  await offline(tab, true);
  await projects.put({ id: "row", parentId: "parent" });
  userData.write("projects", "parent", null);
  await onlineAgain(tab);
  expect([Object.keys(userData.live("projects")), (await projects.list()).map(({ id }) => id)]).toEqual([
    ["row"],
    ["row"],
  ]);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "failed" });
});

for (const between of [false, true]) {
  test(`a row that is deleted and made again has lost its parts, ${between ? "" : "not "}synced between`, async () => {
    const { tab, userData } = await device();
    const { conversations, interactions, syncRepos } = tab.landfall.collections;
    await conversations.put({ id: "c", title: "Old" });
    await interactions.put({ id: "i", conversationId: "c", index: 0 });
    await syncRepos.put({ id: "repo", name: "Repo", remoteUrl: "https://example.org" });
    await conversations.put({ id: "linked", title: "Linked", syncRepoId: "repo" });
    await tab.sync();
    if (!between) await offline(tab, true);
    await conversations.delete("c");
    await syncRepos.delete("repo");
    if (between) await tab.sync();
    await conversations.put({ id: "c", title: "New" });
    await syncRepos.put({ id: "repo", name: "Repo", remoteUrl: "https://example.org" });
    if (!between) await offline(tab, false);
    await tab.sync();
    expect([userData.live("interactions"), await interactions.list()]).toEqual([{}, []]);
    expect(userData.live("conversations")).toMatchObject({ c: { title: "New" }, linked: { syncRepoId: null } });
    expect((await conversations.list()).map(({ id, syncRepoId }) => [id, syncRepoId ?? null])).toEqual([
      ["c", null],
      ["linked", null],
    ]);
    expect(Object.keys(userData.live("syncRepos"))).toEqual(["repo"]);
  });
}

test("a row that is made again while its delete is refused by a conflict has lost its parts at the server too", async () => {
  const { env, tab, userData } = await device();
  const { conversations, interactions } = tab.landfall.collections;
  await conversations.put({ id: "c", title: "Old" });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await tab.sync();
  let again = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (again || !path.endsWith("/sync")) return;
    again = true;
    userData.write("conversations", "c", { title: "Edited elsewhere" });
    await conversations.put({ id: "c", title: "Made again" });
  };
  await conversations.delete("c");
  await tab.sync();
  expect(userData.live("conversations")).toMatchObject({ c: { title: "Made again" } });
  expect([userData.live("interactions"), await interactions.list()]).toEqual([{}, []]);
});

test("a discarded delete restores the rows that it took as writes of their own", async () => {
  const { tab, userData } = await device();
  const { projects } = tab.landfall;
  await projects.put({ id: "row", name: "Row" });
  await projects.put({ id: "below", name: "Below", parentId: "row" });
  await projects.put({ id: "parent", name: "Parent" });
  await tab.sync();
  await offline(tab, true);
  await projects.put({ id: "row", name: "Renamed", parentId: "parent" });
  await projects.delete("parent");
  await discardDelete(tab, "parent");
  await onlineAgain(tab);
  expect((await projects.list()).map(({ id, name, parentId }) => [id, name, parentId ?? null])).toEqual([
    ["below", "Below", "row"],
    ["parent", "Parent", null],
    ["row", "Renamed", "parent"],
  ]);
  expect(userData.live("projects")).toMatchObject({ row: { parentId: "parent" }, below: { parentId: "row" } });
});

test("a discarded delete of a chat restores its unsent messages in their order", async () => {
  const { env, tab } = await device();
  const session = await tab.syncedSession();
  await tab.send(session, "sent");
  await env.clock.advance(2_000);
  await tab.sync();
  await offline(tab, true);
  await tab.send(session, "first", "second");
  await tab.landfall.chat.deleteSession(session);
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(["sent"]);
  await discardDelete(tab, session);
  await tab.send(session, "third");
  const contents = ["sent", "first", "second", "third"];
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(contents);
  await offline(tab, false);
  await env.clock.advance(2_000);
  await tab.sync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(contents);
});

test("a message that was in flight when its chat was deleted is there once after a discard", async () => {
  const { env, tab } = await device();
  const session = await tab.syncedSession();
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  env.server.fail(/POST \/api\/sync$/, { kind: "unreachable" });
  await tab.send(session, "in flight");
  await env.clock.advance(2_000);
  await until(() => env.server.batches().length === 2, "the repeat");
  await tab.landfall.chat.deleteSession(session);
  await discardDelete(tab, session);
  expect((await tab.messages(session)).map(({ content }) => content)).toEqual(["in flight"]);
  await env.clock.advance(5_000);
  await tab.sync();
  expect((await tab.messages(session)).map(({ content, sync }) => [content, sync.state])).toEqual([
    ["in flight", "synced"],
  ]);
  expect(env.server.messagesOf(EMAIL)).toHaveLength(1);
});

test("a document can be saved and deleted though two devices have made a cycle together", async () => {
  const { tab, userData } = await device();
  const { projects } = tab.landfall;
  await projects.put({ id: "p", name: "P" });
  await projects.put({ id: "k", name: "K" });
  await tab.sync();
  await offline(tab, true);
  await projects.put({ id: "k", parentId: "p" });
  userData.write("projects", "p", { name: "P", parentId: "k" });
  await onlineAgain(tab);
  expect(await projects.get("p")).toMatchObject({ parentId: "k" });
  expect(await projects.put({ id: "p", data: { saved: true } })).toMatchObject({ data: { saved: true } });
  expect(await projects.put({ id: "k", data: { saved: true } })).toMatchObject({ data: { saved: true } });
  await expect(projects.put({ id: "p", parentId: "p" })).rejects.toMatchObject({ pointer: "/parentId" });
  await projects.delete("k");
  expect(await projects.list()).toEqual([]);
});

test("a delete in an excluded collection waits for nothing, and is sent after include()", async () => {
  const { tab, userData } = await device();
  const { conversations, interactions } = tab.landfall.collections;
  await conversations.put({ id: "c", title: "C" });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await tab.sync();
  await tab.landfall.sync.exclude("conversations");
  await conversations.delete("c");
  await tab.sync();
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", pending: 0 });
  expect(await firstValue(conversations.unsynced())).toEqual(new Map());
  expect([Object.keys(userData.live("conversations")), userData.live("interactions")]).toEqual([["c"], {}]);
  await tab.landfall.sync.include("conversations");
  await tab.sync();
  expect([userData.live("conversations"), await conversations.list()]).toEqual([{}, []]);
});

test("a delete that waits when its collection is excluded is sent after include(), and its parts are gone before", async () => {
  const { tab, userData } = await device();
  const { conversations, interactions } = tab.landfall.collections;
  await conversations.put({ id: "c", title: "C" });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await tab.sync();
  await offline(tab, true);
  await conversations.delete("c");
  await tab.landfall.sync.exclude("conversations");
  await onlineAgain(tab);
  expect([Object.keys(userData.live("conversations")), userData.live("interactions")]).toEqual([["c"], {}]);
  await tab.landfall.sync.include("conversations");
  await tab.sync();
  expect([userData.live("conversations"), await conversations.list()]).toEqual([{}, []]);
});

test("a delete of a row whose tombstone has expired is done, also when it is retried", async () => {
  const { env, tab, userData } = await device();
  const { rules } = tab.landfall.collections;
  await rules.put({ id: "r", name: "Rule", content: "x" });
  const session = await tab.syncedSession();
  await tab.sync();
  env.server.fail(/POST \/api\/sync$/, { kind: "lost-answer" });
  env.server.fail(/POST \/api\/sync$/, { kind: "unreachable" });
  const sent = env.server.pushed().length;
  await rules.delete("r");
  await until(() => env.server.pushed().length === sent + 2, "the repeat");
  await offline(tab, true);
  await tab.landfall.chat.deleteSession(session);
  userData.write("chatSessions", session, null);
  userData.runRetention();
  await env.clock.advance(5_000);
  await onlineAgain(tab);
  await tab.sync();
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0, pending: 0 });
  await rules.delete("r");
  await rules.put({ id: "r", name: "Rule", content: "again" });
  await tab.sync();
  expect(userData.live("rules")).toMatchObject({ r: { content: "again" } });
});

/** A conflict about a part: this device has edited it offline, and another device has changed or deleted it. */
async function conflictOfPart(theirs: Record<string, unknown> | null) {
  const env = new TestEnvironment();
  env.options = { conflicts: { interactions: "ask" } };
  const [tab, userData] = [await env.signedInTab(), env.server.userData(EMAIL)];
  const { conversations, interactions } = tab.landfall.collections;
  await conversations.put({ id: "c", title: "T" });
  await interactions.put({ id: "i", conversationId: "c", index: 0, content: "old" } as never);
  await tab.sync();
  await offline(tab, true);
  await interactions.update("i", { content: "mine" } as never);
  userData.write("interactions", "i", theirs);
  await onlineAgain(tab);
  expect(await firstValue(tab.landfall.conflicts.list())).toMatchObject([{ key: "i" }]);
  return { tab, userData };
}

const THEIRS = { conversationId: "c", index: 0, content: "theirs" };

test.each([THEIRS, null])("a conflict about a part ends with the delete of its parent: %j", async (theirs) => {
  const { tab, userData } = await conflictOfPart(theirs);
  await offline(tab, true);
  await tab.landfall.collections.conversations.delete("c");
  expect(await firstValue(tab.landfall.conflicts.list())).toEqual([]);
  await onlineAgain(tab);
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", conflicts: 0, failed: 0 });
  expect([userData.live("conversations"), userData.live("interactions")]).toEqual([{}, {}]);
});

test.each([THEIRS, null])("a discarded delete restores the conflict about a part too: %j", async (theirs) => {
  const { tab, userData } = await conflictOfPart(theirs);
  await offline(tab, true);
  await tab.landfall.collections.conversations.delete("c");
  await discardDelete(tab, "c");
  await onlineAgain(tab);
  expect(await firstValue(tab.landfall.conflicts.list())).toMatchObject([{ key: "i", mine: { content: "mine" } }]);
  expect(userData.live("interactions")).toEqual(theirs ? { i: theirs } : {});
});
