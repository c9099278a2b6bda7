// Rows of the declared collections: local first, sent in order of what they need, kept in step with other devices.

import { expect, test } from "vitest";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const tag = (id: string, name: string, more = {}) => ({ id, name, ...more });

/** Two devices of one person. */
async function twoDevices(): Promise<{ world: World; one: Tab; two: Tab }> {
  const world = new World();
  return { world, one: await world.signedInTab(), two: await world.signedInTab() };
}

test("a row that is put on one device is on the other, with all its members", async () => {
  const { one, two } = await twoDevices();
  await one.landfall.collections.tags.put(tag("t1", "Sea", { colour: { hue: 200, list: [1, null] } }));
  expect(await one.landfall.collections.tags.get("t1")).toMatchObject({ name: "Sea" });
  await one.sync();
  await two.sync();
  expect(await two.landfall.collections.tags.list()).toEqual([
    tag("t1", "Sea", { colour: { hue: 200, list: [1, null] } }),
  ]);
});

test("a collection whose key has another name is stored under it and sent without it", async () => {
  const { world, one, two } = await twoDevices();
  await one.landfall.collections.settings.put({ key: "theme", value: "dark" });
  await one.sync();
  expect(world.server.space(EMAIL).live("settings")).toEqual({ theme: { value: "dark" } });
  await two.sync();
  expect(await two.landfall.collections.settings.get("theme")).toEqual({ key: "theme", value: "dark" });
});

test("edits of a row travel with the revision that they were made from", async () => {
  const { world, one } = await twoDevices();
  const { rules } = one.landfall.collections;
  await rules.put({ id: "r", name: "Rule", content: "1" });
  await one.sync();
  await rules.put({ id: "r", name: "Rule", content: "2" });
  await one.sync();
  await rules.put({ id: "r", name: "Rule", content: "3" });
  await one.sync();
  const bases = world.server.requests(/POST \/api\/sync$/).map(({ body }) => {
    const { mutations } = body as { mutations: { id: number; baseRevision: number }[] };
    return mutations.map(({ id, baseRevision }) => [id, baseRevision]);
  });
  expect(bases).toEqual([[[1, 0]], [[2, 1]], [[3, 2]]]);
});

test("an edit made during a push survives it and goes with the new revision", async () => {
  const { world, one } = await twoDevices();
  const { rules } = one.landfall.collections;
  let edited = false;
  world.server.beforeAnswer = async ({ path }) => {
    if (edited || !path.endsWith("/sync")) return;
    edited = true;
    await rules.put({ id: "r", name: "Rule", content: "newer" });
  };
  await rules.put({ id: "r", name: "Rule", content: "older" });
  await one.sync();
  expect(await rules.get("r")).toMatchObject({ content: "newer" });
  expect(world.server.space(EMAIL).live("rules").r).toMatchObject({ content: "newer" });
  expect(one.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

test("a put of what is there is no work, and so is an edit that leads back", async () => {
  const { one } = await twoDevices();
  const { tags } = one.landfall.collections;
  await tags.put(tag("t", "Sea"));
  await one.sync();
  await tags.put(tag("t", "Sea"));
  await one.landfall.connectivity.simulateOffline(true);
  await tags.put(tag("t", "Lake"));
  await tags.put(tag("t", "Sea"));
  expect(await one.browser.database().syncQueue.count()).toBe(0);
});

test("a row waits for what it needs, in whatever order they were written, and for nothing else", async () => {
  const { world, one } = await twoDevices();
  const { tags, rules, tagRuleLinks } = one.landfall.collections;
  await one.landfall.connectivity.simulateOffline(true);
  await tagRuleLinks.put({ id: "l", tagId: "t", ruleId: "r" });
  await tags.put(tag("t", "Sea"));
  await rules.put({ id: "r", name: "Rule", content: "refuse me" });
  await tags.put(tag("u", "Other"));
  await one.landfall.connectivity.simulateOffline(false);
  await until(() => one.landfall.sync.status.get().failed === 1, "the rule to be refused");
  expect(Object.keys(world.server.space(EMAIL).live("tags"))).toEqual(["t", "u"]);
  expect(one.landfall.sync.status.get()).toMatchObject({ pending: 1 });
  await rules.put({ id: "r", name: "Rule", content: "better" });
  await one.sync();
  expect(Object.keys(world.server.space(EMAIL).live("tagRuleLinks"))).toEqual(["l"]);
});

test("a delete takes along what is part of the row and unlinks the rest, here and there", async () => {
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

test("a delete that is discarded brings back the row and what went with it", async () => {
  const { one, world } = await twoDevices();
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
  expect(Object.keys(world.server.space(EMAIL).live("interactions")).sort()).toEqual(["i", "unsent"]);
});

test("a key can be used again after its row was deleted", async () => {
  const { world, one, two } = await twoDevices();
  const { settings } = one.landfall.collections;
  await settings.put({ key: "theme", value: "dark" });
  await one.sync();
  await settings.delete("theme");
  await one.sync();
  await settings.put({ key: "theme", value: "light" });
  await one.sync();
  expect(world.server.space(EMAIL).live("settings")).toEqual({ theme: { value: "light" } });
  await two.sync();
  await two.landfall.collections.settings.put({ key: "theme", value: "blue" });
  await two.sync();
  await one.sync();
  expect(await settings.get("theme")).toEqual({ key: "theme", value: "blue" });
});

test("names that two rows swap arrive swapped", async () => {
  const { world, one, two } = await twoDevices();
  const space = world.server.space(EMAIL);
  space.write("tags", "a", { name: "A" });
  space.write("tags", "b", { name: "B" });
  await Promise.all([one.sync(), two.sync()]);
  space.write("tags", "a", { name: "C" });
  space.write("tags", "b", { name: "A" });
  space.write("tags", "a", { name: "B" });
  await two.sync();
  expect((await two.landfall.collections.tags.list()).map(({ id, name }) => id + name)).toEqual(["aB", "bA"]);
});

test("a row of the same name merges into the server's where they agree, and its links follow", async () => {
  const { world, one, two } = await twoDevices();
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
  const space = world.server.space(EMAIL);
  expect(space.live("tags")).toEqual({ theirs: { name: "Sea", description: "salty", colour: "blue" } });
  expect(space.live("tagRuleLinks")).toMatchObject({ l: { tagId: "theirs", ruleId: "r" } });
  expect(two.landfall.sync.status.get()).toMatchObject({ failed: 0, pending: 0 });
});

test("a row of the same name that says something else gets another name", async () => {
  const { world, one, two } = await twoDevices();
  await one.landfall.collections.rules.put({ id: "one", name: "Greeting", content: "Hello" });
  await one.sync();
  await two.landfall.connectivity.simulateOffline(true);
  await two.landfall.collections.rules.put({ id: "two", name: "Greeting", content: "Ahoy" });
  await two.landfall.connectivity.simulateOffline(false);
  await two.sync();
  const names = Object.values(world.server.space(EMAIL).live("rules")).map(({ name, content }) => [name, content]);
  expect(names).toEqual([
    ["Greeting", "Hello"],
    ["Greeting (2)", "Ahoy"],
  ]);
});

test("the same link made on two devices is one", async () => {
  const { world, one, two } = await twoDevices();
  const { tags, rules, tagRuleLinks } = one.landfall.collections;
  await tags.put(tag("t", "Sea"));
  await rules.put({ id: "r", name: "Rule", content: "x" });
  await one.sync();
  await two.sync();
  await tagRuleLinks.put({ id: "l1", tagId: "t", ruleId: "r" });
  await two.landfall.collections.tagRuleLinks.put({ id: "l2", tagId: "t", ruleId: "r" });
  await one.sync();
  await two.sync();
  expect(Object.keys(world.server.space(EMAIL).live("tagRuleLinks"))).toEqual(["l1"]);
  expect((await two.landfall.collections.tagRuleLinks.list()).map(({ id }) => id)).toEqual(["l1"]);
});

test("a row that is local only stays, with what needs it, until it is let go", async () => {
  const { world, one } = await twoDevices();
  const { conversations, interactions } = one.landfall.collections;
  await conversations.put({ id: "c", title: "Private" }, { localOnly: true });
  await interactions.put({ id: "i", conversationId: "c", index: 0 });
  await one.landfall.sync.now();
  await one.idle();
  expect(world.server.pushed()).toEqual([]);
  await conversations.put({ id: "c", title: "Still private" });
  await one.idle();
  expect(world.server.pushed()).toEqual([]);
  await conversations.put({ id: "c", title: "Shared" }, { localOnly: false });
  await one.sync();
  expect(world.server.pushed()).toEqual([["put Shared", "put"]]);
});

test("an excluded collection neither sends nor receives, and catches up when it is included", async () => {
  const { world, one, two } = await twoDevices();
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
  expect(Object.keys(world.server.space(EMAIL).live("tags"))).toEqual(["t", "v"]);
  expect(Object.keys(world.server.space(EMAIL).live("rules"))).toEqual(["r"]);
  expect((await tags.list()).map(({ name }) => name)).toEqual(["Lake", "New"]);
  await one.landfall.sync.include("tags");
  await one.sync();
  expect((await tags.list()).map(({ name }) => name)).toEqual(["Lake", "New", "Afar"]);
  const names = Object.values(world.server.space(EMAIL).live("tags")).map(({ name }) => name);
  expect(names.sort()).toEqual(["Afar", "Lake", "New"]);
});

test("secrets of the device stay there", async () => {
  const { world, one } = await twoDevices();
  const sealed = { algorithm: "x", iv: "x", ciphertext: "x" };
  await one.landfall.collections.apiKeys.put({ id: "k", name: "Key", sealed } as never);
  await one.landfall.sync.now();
  await one.idle();
  expect(world.server.pushed()).toEqual([]);
  const asked = world.server.seen.map(({ body }) => JSON.stringify(body ?? "")).join();
  expect(asked).not.toContain("apiKeys");
  await expect(one.landfall.sync.include("apiKeys")).rejects.toMatchObject({ code: "device_only" });
});

test("several writes in one transaction are saved together or not at all", async () => {
  const { world, one } = await twoDevices();
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
  expect(world.server.pushed()).toEqual([["put Sea", "put Lake"]]);
});

test("a live list and what is unsynced follow every write", async () => {
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

test("a row that JSON can't hold, or that is too large, is refused with its place", async () => {
  const { tags } = (await new World().signedInTab()).landfall.collections;
  await expect(tags.put(tag("t", "x", { big: 2 ** 60 }))).rejects.toMatchObject({ pointer: "/big" });
  await expect(tags.put(tag("t", "x".repeat(1_100_000)))).rejects.toMatchObject({ code: "invalid_input" });
  await expect(tags.put({ id: 7, name: "x" } as never)).rejects.toMatchObject({ pointer: "/id" });
  expect(await tags.list()).toEqual([]);
});
