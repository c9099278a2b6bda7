// Rows of declared collections: stored locally first, sent in order of their references, synced with other devices.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const tag = (id: string, name: string, more = {}) => ({ id, name, ...more });

/** Two devices of one user. */
async function twoDevices(): Promise<{ env: TestEnvironment; one: Tab; two: Tab }> {
  const env = new TestEnvironment();
  return { env, one: await env.signedInTab(), two: await env.signedInTab() };
}

test("a row that one device puts reaches the other with all its members", async () => {
  const { one, two } = await twoDevices();
  await one.landfall.collections.tags.put(tag("t1", "Sea", { colour: { hue: 200, list: [1, null] } }));
  expect(await one.landfall.collections.tags.get("t1")).toMatchObject({ name: "Sea" });
  await one.sync();
  await two.sync();
  expect(await two.landfall.collections.tags.list()).toEqual([
    tag("t1", "Sea", { colour: { hue: 200, list: [1, null] } }),
  ]);
});

test("a collection with another primary key stores the key in the row and does not send it in the value", async () => {
  const { env, one, two } = await twoDevices();
  await one.landfall.collections.settings.put({ key: "theme", value: "dark" });
  await one.sync();
  expect(env.server.userData(EMAIL).live("settings")).toEqual({ theme: { value: "dark" } });
  await two.sync();
  expect(await two.landfall.collections.settings.get("theme")).toEqual({ key: "theme", value: "dark" });
});

test("an edit carries the revision that it was made from", async () => {
  const { env, one } = await twoDevices();
  const { rules } = one.landfall.collections;
  await rules.put({ id: "r", name: "Rule", content: "1" });
  await one.sync();
  await rules.put({ id: "r", name: "Rule", content: "2" });
  await one.sync();
  await rules.put({ id: "r", name: "Rule", content: "3" });
  await one.sync();
  const bases = env.server.requests(/POST \/api\/sync$/).map(({ body }) => {
    const { mutations } = body as { mutations: { id: number; baseRevision: number }[] };
    return mutations.map(({ id, baseRevision }) => [id, baseRevision]);
  });
  expect(bases).toEqual([[[1, 0]], [[2, 1]], [[3, 2]]]);
});

test("an edit made during a push is kept and sent with the new revision", async () => {
  const { env, one } = await twoDevices();
  const { rules } = one.landfall.collections;
  let edited = false;
  env.server.beforeAnswer = async ({ path }) => {
    if (edited || !path.endsWith("/sync")) return;
    edited = true;
    await rules.put({ id: "r", name: "Rule", content: "newer" });
  };
  await rules.put({ id: "r", name: "Rule", content: "older" });
  await one.sync();
  expect(await rules.get("r")).toMatchObject({ content: "newer" });
  expect(env.server.userData(EMAIL).live("rules").r).toMatchObject({ content: "newer" });
  expect(one.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("a put without a change and an edit that is undone enqueue nothing", async () => {
  const { one } = await twoDevices();
  const { tags } = one.landfall.collections;
  await tags.put(tag("t", "Sea"));
  await one.sync();
  await tags.put(tag("t", "Sea"));
  await one.landfall.connectivity.simulateOffline(true);
  await one.idle();
  await tags.put(tag("t", "Lake"));
  await tags.put(tag("t", "Sea"));
  expect(await one.browser.database().syncQueue.count()).toBe(0);
});

test("a row waits for the rows that it refers to, in any order of writing, and for no other row", async () => {
  const { env, one } = await twoDevices();
  const { tags, rules, tagRuleLinks } = one.landfall.collections;
  await one.landfall.connectivity.simulateOffline(true);
  await tagRuleLinks.put({ id: "l", tagId: "t", ruleId: "r" });
  await tags.put(tag("t", "Sea"));
  await rules.put({ id: "r", name: "Rule", content: "refuse me" });
  await tags.put(tag("u", "Other"));
  await one.landfall.connectivity.simulateOffline(false);
  await until(() => one.landfall.sync.status.get().failed === 1, "the rule to be refused");
  expect(Object.keys(env.server.userData(EMAIL).live("tags"))).toEqual(["t", "u"]);
  expect(one.landfall.sync.status.get()).toMatchObject({ pending: 1 });
  await rules.put({ id: "r", name: "Rule", content: "better" });
  await one.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("tagRuleLinks"))).toEqual(["l"]);
});

test("a delete cascades to its dependent rows and unlinks the others, on every device", async () => {
  const { one, two } = await twoDevices();
  const { conversations, interactions, syncRepos } = one.landfall.collections;
  await syncRepos.put({ id: "repo", name: "Repo", remoteUrl: "https://example.org" });
  await conversations.put({ id: "c", title: "Harbour", syncRepoId: "repo" });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await one.sync();
  await syncRepos.delete("repo");
  expect(await conversations.get("c")).toMatchObject({ syncRepoId: null });
  await conversations.delete("c");
  expect(await interactions.list()).toEqual([]);
  await one.sync();
  await two.sync();
  for (const { landfall } of [one, two]) {
    expect(await landfall.collections.conversations.list()).toEqual([]);
    expect(await landfall.collections.interactions.list()).toEqual([]);
    expect(await landfall.collections.syncRepos.list()).toEqual([]);
  }
  expect(await one.browser.database().syncQueue.count()).toBe(0);
});

test("discarding a delete restores the row and the rows that were deleted with it", async () => {
  const { one, env } = await twoDevices();
  const { conversations, interactions } = one.landfall.collections;
  await conversations.put({ id: "c", title: "Harbour" });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await one.sync();
  await one.landfall.connectivity.simulateOffline(true);
  await interactions.put({ id: "unsent", conversationId: "c", index: 1 });
  await conversations.delete("c");
  const why = await one.landfall.sync.why("c");
  await one.landfall.sync.discard(why?.sync.entryId ?? "");
  expect((await interactions.list()).map(({ id }) => id).sort()).toEqual(["i", "unsent"]);
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("interactions")).sort()).toEqual(["i", "unsent"]);
});

test("a key can be used again after its row was deleted", async () => {
  const { env, one, two } = await twoDevices();
  const { settings } = one.landfall.collections;
  await settings.put({ key: "theme", value: "dark" });
  await one.sync();
  await settings.delete("theme");
  await one.sync();
  await settings.put({ key: "theme", value: "light" });
  await one.sync();
  expect(env.server.userData(EMAIL).live("settings")).toEqual({ theme: { value: "light" } });
  await two.sync();
  await two.landfall.collections.settings.put({ key: "theme", value: "blue" });
  await two.sync();
  await one.sync();
  expect(await settings.get("theme")).toEqual({ key: "theme", value: "blue" });
});

test("two rows that swap their names arrive with swapped names", async () => {
  const { env, one, two } = await twoDevices();
  const userData = env.server.userData(EMAIL);
  userData.write("tags", "a", { name: "A" });
  userData.write("tags", "b", { name: "B" });
  await Promise.all([one.sync(), two.sync()]);
  userData.write("tags", "a", { name: "C" });
  userData.write("tags", "b", { name: "A" });
  userData.write("tags", "a", { name: "B" });
  await two.sync();
  expect((await two.landfall.collections.tags.list()).map(({ id, name }) => id + name)).toEqual(["aB", "bA"]);
});

test("a row with a taken name merges into the server's row if their members agree, and its links follow", async () => {
  const { env, one, two } = await twoDevices();
  await one.landfall.collections.tags.put(tag("theirs", "Sea", { description: "salty" }));
  await one.sync();
  const { tags, rules, tagRuleLinks } = two.landfall.collections;
  await two.landfall.connectivity.simulateOffline(true);
  await tags.put(tag("mine", "Sea", { colour: "blue" }));
  await rules.put({ id: "r", name: "Rule", content: "x" });
  await tagRuleLinks.put({ id: "l", tagId: "mine", ruleId: "r" });
  await two.landfall.connectivity.simulateOffline(false);
  await two.sync();
  expect(await tags.list()).toEqual([tag("theirs", "Sea", { description: "salty", colour: "blue" })]);
  expect(await tagRuleLinks.list()).toEqual([{ id: "l", tagId: "theirs", ruleId: "r" }]);
  const userData = env.server.userData(EMAIL);
  expect(userData.live("tags")).toEqual({ theirs: { name: "Sea", description: "salty", colour: "blue" } });
  expect(userData.live("tagRuleLinks")).toMatchObject({ l: { tagId: "theirs", ruleId: "r" } });
  expect(two.landfall.sync.status.get()).toMatchObject({ failed: 0, pending: 0 });
});

test("a row with a taken name and other members is renamed", async () => {
  const { env, one, two } = await twoDevices();
  await one.landfall.collections.rules.put({ id: "one", name: "Greeting", content: "Hello" });
  await one.sync();
  await two.landfall.connectivity.simulateOffline(true);
  await two.landfall.collections.rules.put({ id: "two", name: "Greeting", content: "Ahoy" });
  await two.landfall.connectivity.simulateOffline(false);
  await two.sync();
  const names = Object.values(env.server.userData(EMAIL).live("rules")).map(({ name, content }) => [name, content]);
  expect(names).toEqual([
    ["Greeting", "Hello"],
    ["Greeting (2)", "Ahoy"],
  ]);
});

test("the same link made on two devices is stored once", async () => {
  const { env, one, two } = await twoDevices();
  const { tags, rules, tagRuleLinks } = one.landfall.collections;
  await tags.put(tag("t", "Sea"));
  await rules.put({ id: "r", name: "Rule", content: "x" });
  await one.sync();
  await two.sync();
  await tagRuleLinks.put({ id: "l1", tagId: "t", ruleId: "r" });
  await two.landfall.collections.tagRuleLinks.put({ id: "l2", tagId: "t", ruleId: "r" });
  await one.sync();
  await two.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("tagRuleLinks"))).toEqual(["l1"]);
  expect((await two.landfall.collections.tagRuleLinks.list()).map(({ id }) => id)).toEqual(["l1"]);
});

test("a localOnly row and the rows that need it stay on the device until localOnly ends", async () => {
  const { env, one } = await twoDevices();
  const { conversations, interactions } = one.landfall.collections;
  await conversations.put({ id: "c", title: "Private" }, { localOnly: true });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await one.landfall.sync.now();
  await one.idle();
  expect(env.server.pushed()).toEqual([]);
  await conversations.put({ id: "c", title: "Still private" });
  await one.idle();
  expect(env.server.pushed()).toEqual([]);
  await conversations.put({ id: "c", title: "Shared" }, { localOnly: false });
  await one.sync();
  expect(env.server.pushed()).toEqual([["put Shared", "put"]]);
});

test("an excluded collection neither sends nor receives, and catches up after include()", async () => {
  const { env, one, two } = await twoDevices();
  const { tags, rules } = one.landfall.collections;
  await tags.put(tag("t", "Sea"));
  await one.sync();
  await one.landfall.connectivity.simulateOffline(true);
  await tags.put(tag("t", "Lake"));
  await one.landfall.sync.exclude("tags");
  await one.landfall.connectivity.simulateOffline(false);
  await tags.put(tag("u", "New"));
  await rules.put({ id: "r", name: "Rule", content: "x" });
  await two.sync();
  await two.landfall.collections.tags.put(tag("v", "Afar"));
  await two.sync();
  await one.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("tags"))).toEqual(["t", "v"]);
  expect(Object.keys(env.server.userData(EMAIL).live("rules"))).toEqual(["r"]);
  expect((await tags.list()).map(({ name }) => name)).toEqual(["Lake", "New"]);
  await one.landfall.sync.include("tags");
  await one.sync();
  expect((await tags.list()).map(({ name }) => name)).toEqual(["Lake", "New", "Afar"]);
  const names = Object.values(env.server.userData(EMAIL).live("tags")).map(({ name }) => name);
  expect(names.sort()).toEqual(["Afar", "Lake", "New"]);
});

test.each(["put", "delete"] as const)(
  "a %s in an excluded collection is sent after include(), though a write was in flight",
  async (op) => {
    const { env, one } = await twoDevices();
    const { tags } = one.landfall.collections;
    env.server.fail(/POST \/api\/sync$/, { kind: "hang" });
    await tags.put(tag("t", "Sea"));
    await until(() => env.server.pushed().length === 1, "the push");
    await one.landfall.sync.exclude("tags");
    if (op === "put") await tags.put(tag("t", "Lake"));
    else await tags.delete("t");
    await one.landfall.sync.include("tags");
    await env.clock.advanceUntil(async () => (await one.browser.database().syncQueue.count()) === 0, "an empty queue");
    const left = op === "put" ? { t: { name: "Lake" } } : {};
    expect(env.server.userData(EMAIL).live("tags")).toEqual(left);
    expect((await tags.list()).map(({ name }) => name)).toEqual(op === "put" ? ["Lake"] : []);
  },
);

test("messages of an excluded collection wait for nothing, and are sent in their order after include()", async () => {
  const { env, one } = await twoDevices();
  const session = await one.syncedSession();
  await one.landfall.connectivity.simulateOffline(true);
  await one.send(session, "before");
  await one.landfall.sync.exclude("chatMessages");
  await one.send(session, "while");
  await one.landfall.connectivity.simulateOffline(false);
  await env.clock.advance(5_000);
  await one.sync();
  expect(one.landfall.sync.status.get()).toMatchObject({ state: "synced", pending: 0 });
  expect(env.server.messagesOf(EMAIL)).toEqual([]);
  await one.landfall.sync.include("chatMessages");
  await one.send(session, "after");
  await env.clock.advance(5_000);
  await one.sync();
  const contents = ["before", "while", "after"];
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(contents);
  expect((await one.messages(session)).map(({ content }) => content)).toEqual(contents);
  expect(await one.browser.database().syncRows.where("localOnly").above(0).count()).toBe(0);
});

test("a chat that is deleted takes its messages of an excluded collection along, and brings them back", async () => {
  const { env, one } = await twoDevices();
  const session = await one.syncedSession();
  await one.landfall.sync.exclude("chatMessages");
  await one.send(session, "here only");
  await one.idle();
  await one.landfall.connectivity.simulateOffline(true);
  await one.landfall.chat.deleteSession(session);
  expect(await one.browser.database().chatMessages.count()).toBe(0);
  await one.landfall.sync.discard((await one.landfall.sync.why(session))?.sync.entryId ?? "");
  await one.landfall.connectivity.simulateOffline(false);
  expect((await one.messages(session)).map(({ content }) => content)).toEqual(["here only"]);
  await one.landfall.sync.include("chatMessages");
  await env.clock.advance(5_000);
  await one.sync();
  expect(env.server.messagesOf(EMAIL).map(({ content }) => content)).toEqual(["here only"]);
});

test("device-only collections are never sent", async () => {
  const { env, one } = await twoDevices();
  const sealed = { algorithm: "x", iv: "x", ciphertext: "x" };
  await one.landfall.collections.apiKeys.put({ id: "k", name: "Key", sealed } as never);
  await one.landfall.sync.now();
  await one.idle();
  expect(env.server.pushed()).toEqual([]);
  const asked = env.server.received.map(({ body }) => JSON.stringify(body ?? "")).join();
  expect(asked).not.toContain("apiKeys");
  await expect(one.landfall.sync.include("apiKeys")).rejects.toMatchObject({ code: "device_only" });
});

test("the writes of one transaction are saved together or not at all", async () => {
  const { env, one } = await twoDevices();
  const { tags } = one.landfall.collections;
  const broken = one.landfall.transaction(async () => {
    await tags.put(tag("t", "Sea"));
    await tags.put({ id: "", name: "Nobody" });
  });
  await expect(broken).rejects.toMatchObject({ code: "invalid_input", pointer: "/id" });
  expect(await tags.list()).toEqual([]);
  await one.landfall.transaction(async () => {
    await tags.put(tag("t", "Sea"));
    await tags.put(tag("u", "Lake"));
  });
  await one.sync();
  expect(env.server.pushed()).toEqual([["put Sea", "put Lake"]]);
});

test("a collection that doesn't exist is named in the error", async () => {
  const { collections } = (await new TestEnvironment().signedInTab()).landfall;
  const todos = (collections as unknown as Record<string, typeof collections.tags>).todos as typeof collections.tags;
  const error = { code: "unknown_collection", message: expect.stringMatching(/"todos".*tags/) };
  await expect(todos.put({ id: "t", name: "Sea" })).rejects.toMatchObject(error);
  await expect(todos.list()).rejects.toMatchObject(error);
  expect(() => todos.all()).toThrow(expect.objectContaining(error));
  expect(Object.keys(collections)).toContain("tags");
  expect("todos" in collections).toBe(false);
  expect(await Promise.resolve(collections)).toBe(collections);
});

test("live lists and unsynced() follow every write", async () => {
  const { one } = await twoDevices();
  const { tags } = one.landfall.collections;
  await one.landfall.connectivity.simulateOffline(true);
  await tags.put(tag("t", "Sea"));
  expect((await firstValue(tags.all())).map(({ name }) => name)).toEqual(["Sea"]);
  expect((await firstValue(tags.unsynced())).get("t")).toMatchObject({ state: "saved" });
  await one.landfall.connectivity.simulateOffline(false);
  await one.sync();
  expect((await firstValue(tags.unsynced())).size).toBe(0);
});

test("a row that JSON cannot hold, or that is too large, is rejected with its pointer", async () => {
  const { tags } = (await new TestEnvironment().signedInTab()).landfall.collections;
  await expect(tags.put(tag("t", "x", { big: Number.POSITIVE_INFINITY }))).rejects.toMatchObject({ pointer: "/big" });
  await expect(tags.put(tag("t", "x".repeat(1_100_000)))).rejects.toMatchObject({ code: "invalid_input" });
  await expect(tags.put({ id: 7, name: "x" } as never)).rejects.toMatchObject({ pointer: "/id" });
  expect(await tags.list()).toEqual([]);
});
