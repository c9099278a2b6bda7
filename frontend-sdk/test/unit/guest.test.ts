// An app that is used before anybody signs in, and what becomes of its data then.

import { expect, test } from "vitest";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

/** A tab that nobody has signed in to, with a chat, a small tree and a link. */
async function guestTab(world = new World()): Promise<{ world: World; tab: Tab }> {
  world.options = { guest: true };
  const tab = world.browser().tab();
  await tab.landfall.start();
  const { chat, collections, projects } = tab.landfall;
  await projects.put({ id: "p", name: "Guest's" });
  await projects.put({ id: "below", name: "Below", parentId: "p" });
  const { id } = await chat.createSession({ title: "Guest chat", projectId: "p" });
  await tab.send(id, "one", "two");
  await collections.tags.put({ id: "t", name: "Sea", description: "guest" });
  await collections.rules.put({ id: "r", name: "Rule", content: "x" });
  await collections.tagRuleLinks.put({ id: "l", tagId: "t", ruleId: "r" });
  await collections.settings.put({ key: "theme", value: "dark" });
  await world.clock.advance(5_000);
  return { world, tab };
}

test("a guest reads and writes, nothing leaves the device, and a reload shows it again", async () => {
  const { world, tab } = await guestTab();
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Guest chat"]);
  await tab.landfall.close();
  const again = tab.browser.tab();
  await again.landfall.start();
  expect((await again.landfall.collections.tags.list()).map(({ name }) => name)).toEqual(["Sea"]);
  expect(world.server.pushed()).toEqual([]);
  await expect(again.landfall.guest.preview()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("without the option nobody can write before a sign-in", async () => {
  const tab = new World().browser().tab();
  await tab.landfall.start();
  await expect(tab.landfall.collections.tags.put({ id: "t", name: "x" })).rejects.toMatchObject({
    code: "not_signed_in",
  });
});

test("after a sign-in the guest's data waits, is counted, and is claimed whole", async () => {
  const { world, tab } = await guestTab();
  await tab.signIn();
  expect(await tab.landfall.collections.tags.list()).toEqual([]);
  const counts = {
    ...{ projects: 2, chatSessions: 1, chatMessages: 2 },
    ...{ tags: 1, rules: 1, tagRuleLinks: 1, settings: 1 },
  };
  expect(await tab.landfall.guest.preview()).toEqual({ counts, collisions: [] });
  expect(await tab.landfall.guest.claim()).toEqual(counts);
  await tab.sync();
  const space = world.server.space(EMAIL);
  expect(space.messages().map(({ content }) => content)).toEqual(["one", "two"]);
  expect(Object.keys(space.live("projects")).sort()).toEqual(["below", "p"]);
  expect(space.live("tagRuleLinks")).toEqual({ l: { tagId: "t", ruleId: "r" } });
  expect(await tab.landfall.guest.preview()).toEqual({ counts: {}, collisions: [] });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

/** The account has rows of its own where the guest's are to go. */
async function colliding() {
  const { world, tab } = await guestTab();
  const space = world.server.space(EMAIL);
  space.write("tags", "t", { name: "Lake", colour: "green" });
  space.write("rules", "other", { name: "Rule", content: "account" });
  space.write("settings", "theme", { value: "light" });
  await tab.signIn();
  await tab.sync();
  return { world, tab, space };
}

test("collisions are shown with both rows", async () => {
  const { tab } = await colliding();
  const { collisions } = await tab.landfall.guest.preview();
  expect(collisions.map(({ collection, key, guest, account }) => [collection, key, guest.name, account.id])).toEqual([
    ["rules", "r", "Rule", "other"],
    ["settings", "theme", undefined, undefined],
    ["tags", "t", "Sea", "t"],
  ]);
});

test("keep: both rows stay, the guest's under a new id with its links, and a setting stays the account's", async () => {
  const { tab, space } = await colliding();
  await tab.landfall.guest.claim({ collisions: "keep" });
  await tab.sync();
  await tab.sync();
  expect(space.live("tags").t).toMatchObject({ name: "Lake" });
  const [[id, sea] = []] = Object.entries(space.live("tags")).filter(([key]) => key !== "t");
  expect(sea).toEqual({ name: "Sea", description: "guest" });
  expect(space.live("tagRuleLinks").l).toMatchObject({ tagId: id, ruleId: "r" });
  expect(Object.values(space.live("rules")).map(({ name }) => name)).toEqual(["Rule", "Rule (2)"]);
  expect(space.live("settings")).toEqual({ theme: { value: "light" } });
  expect(tab.landfall.sync.status.get()).toMatchObject({ failed: 0, pending: 0 });
});

test("merge: one row, the account's members and what only the guest said, and links follow", async () => {
  const { tab, space } = await colliding();
  await tab.landfall.guest.claim({ collisions: "merge" });
  await tab.sync();
  expect(space.live("tags")).toEqual({ t: { name: "Lake", colour: "green", description: "guest" } });
  expect(space.live("rules")).toEqual({ other: { name: "Rule", content: "account" } });
  expect(space.live("tagRuleLinks").l).toMatchObject({ tagId: "t", ruleId: "other" });
});

for (const [moment, table] of [
  ["before the rows are there", "tags"],
  ["after they are there, before the guest's are gone", "guest"],
] as const) {
  test(`a claim that breaks off ${moment} is made again, and nothing is lost or there twice`, async () => {
    const { world, tab } = await guestTab();
    await tab.signIn();
    const restore = tab.browser.refuse(table === "guest" ? "clear" : "put", table === "guest" ? "chatSessions" : table);
    await expect(tab.landfall.guest.claim()).rejects.toMatchObject({ code: "storage_full" });
    restore();
    const space = world.server.space(EMAIL);
    if (table === "guest") {
      // What is claimed lives its own life from then on.
      await tab.sync();
      await tab.landfall.collections.rules.delete("r");
    }
    await tab.landfall.guest.claim();
    await tab.sync();
    expect(Object.keys(space.live("rules"))).toEqual(table === "guest" ? [] : ["r"]);
    expect(space.messages().map(({ content }) => content)).toEqual(["one", "two"]);
    expect(Object.keys(space.live("tags"))).toEqual(["t"]);
    expect((await tab.landfall.guest.preview()).counts).toEqual({});
  });
}

test("a second guest on the same device is claimed by itself", async () => {
  const { world, tab } = await guestTab();
  await tab.signIn();
  await tab.landfall.guest.claim();
  await tab.landfall.auth.signOut();
  await tab.landfall.collections.tags.put({ id: "second", name: "Second" });
  await tab.signIn();
  expect(await tab.landfall.guest.claim()).toEqual({ tags: 1 });
  await tab.sync();
  expect(Object.keys(world.server.space(EMAIL).live("tags")).sort()).toEqual(["second", "t"]);
});
