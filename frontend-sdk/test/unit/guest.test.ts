// An app that is used before the first sign-in, and the claim of its data afterwards.

import { expect, test } from "vitest";
import { GUEST } from "../../src/guest/parts";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";

/** A tab without a sign-in that has a chat, a small project tree and a link. */
async function guestTab(env = new TestEnvironment()): Promise<{ env: TestEnvironment; tab: Tab }> {
  env.options = { guest: true };
  const tab = env.browser().tab();
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
  await env.clock.advance(5_000);
  return { env, tab };
}

test("a guest reads and writes, nothing leaves the device, and a reload keeps the data", async () => {
  const { env, tab } = await guestTab();
  expect((await firstValue(tab.landfall.chat.sessions())).map(({ title }) => title)).toEqual(["Guest chat"]);
  await tab.landfall.close();
  const again = tab.browser.tab();
  await again.landfall.start();
  expect((await again.landfall.collections.tags.list()).map(({ name }) => name)).toEqual(["Sea"]);
  expect(env.server.pushed()).toEqual([]);
  await expect(again.landfall.guest.preview()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("without the guest option a write before the sign-in is rejected", async () => {
  const tab = new TestEnvironment().browser().tab();
  await tab.landfall.start();
  await expect(tab.landfall.collections.tags.put({ id: "t", name: "x" })).rejects.toMatchObject({
    code: "not_signed_in",
  });
});

test("after a sign-in the guest's data is counted by preview() and claimed completely by claim()", async () => {
  const { env, tab } = await guestTab();
  await tab.signIn();
  expect(await tab.landfall.collections.tags.list()).toEqual([]);
  const counts = {
    ...{ projects: 2, chatSessions: 1, chatMessages: 2 },
    ...{ tags: 1, rules: 1, tagRuleLinks: 1, settings: 1 },
  };
  expect(await tab.landfall.guest.preview()).toEqual({ counts, collisions: [] });
  expect(await tab.landfall.guest.claim()).toEqual(counts);
  await tab.sync();
  const userData = env.server.userData(EMAIL);
  expect(userData.messages().map(({ content }) => content)).toEqual(["one", "two"]);
  expect(Object.keys(userData.live("projects")).sort()).toEqual(["below", "p"]);
  expect(userData.live("tagRuleLinks")).toEqual({ l: { tagId: "t", ruleId: "r" } });
  expect(await tab.landfall.guest.preview()).toEqual({ counts: {}, collisions: [] });
  expect(tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
});

/** The account already has rows with the keys or names of the guest's. */
async function colliding() {
  const { env, tab } = await guestTab();
  const userData = env.server.userData(EMAIL);
  userData.write("tags", "t", { name: "Lake", colour: "green" });
  userData.write("rules", "other", { name: "Rule", content: "account" });
  userData.write("settings", "theme", { value: "light" });
  await tab.signIn();
  await tab.sync();
  return { env, tab, userData };
}

test("preview() shows collisions with both rows", async () => {
  const { tab } = await colliding();
  const { collisions } = await tab.landfall.guest.preview();
  expect(collisions.map(({ collection, key, guest, account }) => [collection, key, guest.name, account.id])).toEqual([
    ["rules", "r", "Rule", "other"],
    ["settings", "theme", undefined, undefined],
    ["tags", "t", "Sea", "t"],
  ]);
});

test("keep: both rows stay, the guest's row gets a new id with its links, and a setting keeps the account's value", async () => {
  const { tab, userData } = await colliding();
  await tab.landfall.guest.claim({ collisions: "keep" });
  await tab.sync();
  await tab.sync();
  expect(userData.live("tags").t).toMatchObject({ name: "Lake" });
  const [[id, sea] = []] = Object.entries(userData.live("tags")).filter(([key]) => key !== "t");
  expect(sea).toEqual({ name: "Sea", description: "guest" });
  expect(userData.live("tagRuleLinks").l).toMatchObject({ tagId: id, ruleId: "r" });
  expect(Object.values(userData.live("rules")).map(({ name }) => name)).toEqual(["Rule", "Rule (2)"]);
  expect(userData.live("settings")).toEqual({ theme: { value: "light" } });
  expect(tab.landfall.sync.status.get()).toMatchObject({ failed: 0, pending: 0 });
});

test("merge: one row stays with the account's members and the guest's additional ones, and links follow", async () => {
  const { tab, userData } = await colliding();
  await tab.landfall.guest.claim({ collisions: "merge" });
  await tab.sync();
  expect(userData.live("tags")).toEqual({ t: { name: "Lake", colour: "green", description: "guest" } });
  expect(userData.live("rules")).toEqual({ other: { name: "Rule", content: "account" } });
  expect(userData.live("tagRuleLinks").l).toMatchObject({ tagId: "t", ruleId: "other" });
});

for (const [moment, table] of [
  ["before the rows are there", "tags"],
  ["after they are there, before the guest's are gone", "guest"],
] as const) {
  test(`a claim that is interrupted ${moment} can be repeated without loss or duplicates`, async () => {
    const { env, tab } = await guestTab();
    await tab.signIn();
    const restore = tab.browser.refuse(
      table === "guest" ? "delete" : "put",
      table === "guest" ? "chatSessions" : table,
    );
    await expect(tab.landfall.guest.claim()).rejects.toMatchObject({ code: "storage_full" });
    restore();
    const userData = env.server.userData(EMAIL);
    if (table === "guest") {
      // Claimed rows are independent of the guest's database.
      await tab.sync();
      await tab.landfall.collections.rules.delete("r");
    }
    await tab.landfall.guest.claim();
    await tab.sync();
    expect(Object.keys(userData.live("rules"))).toEqual(table === "guest" ? [] : ["r"]);
    expect(userData.messages().map(({ content }) => content)).toEqual(["one", "two"]);
    expect(Object.keys(userData.live("tags"))).toEqual(["t"]);
    expect((await tab.landfall.guest.preview()).counts).toEqual({});
  });
}

test("a second guest on the same device is claimed separately", async () => {
  const { env, tab } = await guestTab();
  await tab.signIn();
  await tab.landfall.guest.claim();
  await tab.sync();
  await tab.landfall.auth.signOut();
  await tab.landfall.collections.tags.put({ id: "second", name: "Second" });
  await tab.signIn();
  expect(await tab.landfall.guest.claim()).toEqual({ tags: 1 });
  await tab.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("tags")).sort()).toEqual(["second", "t"]);
});

/** A claim that broke off after the rows had arrived in the account. */
async function interruptedClaim() {
  const { env, tab } = await guestTab();
  await tab.signIn();
  const restore = tab.browser.refuse("delete", "chatSessions");
  await expect(tab.landfall.guest.claim()).rejects.toMatchObject({ code: "storage_full" });
  restore();
  await tab.sync();
  return { env, tab };
}

test("what a guest writes after an interrupted claim is moved by the next one", async () => {
  const { env, tab } = await interruptedClaim();
  await tab.landfall.auth.signOut();
  const [chat] = await firstValue(tab.landfall.chat.sessions());
  await tab.landfall.collections.tags.put({ id: "two", name: "Two" });
  await tab.landfall.collections.rules.put({ id: "r", name: "Rule", content: "edited" });
  await tab.send(chat?.id ?? "", "three");
  await tab.signIn();
  expect((await tab.landfall.guest.preview()).counts).toEqual({ chatMessages: 1, rules: 1, tags: 1 });
  await tab.landfall.guest.claim();
  await tab.sync();
  const userData = env.server.userData(EMAIL);
  expect(Object.keys(userData.live("tags")).sort()).toEqual(["t", "two"]);
  expect(userData.live("rules")).toEqual({ r: { name: "Rule", content: "edited" } });
  expect(userData.messages().map(({ content }) => content)).toEqual(["one", "two", "three"]);
  expect((await tab.landfall.guest.preview()).counts).toEqual({});
});

test("what one user has claimed is never claimed by another", async () => {
  const { env, tab } = await interruptedClaim();
  await tab.landfall.auth.signOut();
  await tab.landfall.collections.tags.put({ id: "later", name: "Later" });
  await tab.landfall.auth.devSignIn({ email: "other@example.com" });
  expect((await tab.landfall.guest.preview()).counts).toEqual({ tags: 1 });
  expect(await tab.landfall.guest.claim()).toEqual({ tags: 1 });
  await tab.sync();
  const other = env.server.userData("other@example.com");
  expect([Object.keys(other.live("tags")), Object.keys(other.live("rules"))]).toEqual([["later"], []]);
  expect(other.messages()).toEqual([]);
});

test("what a guest writes during a claim is in the account or still with the guest", async () => {
  const { tab } = await guestTab();
  await tab.signIn();
  const guest = tab.browser.database(GUEST);
  const writes = Promise.all(
    Array.from({ length: 40 }, (_, index) => guest.table("tags").put({ id: `late${index}`, name: `Late ${index}` })),
  );
  await Promise.all([tab.landfall.guest.claim(), writes]);
  const left = new Set((await guest.table("tags").toArray()).map(({ id }) => id));
  const moved = new Set((await tab.landfall.collections.tags.list()).map(({ id }) => id));
  for (let index = 0; index < 40; index += 1) expect(left.has(`late${index}`) || moved.has(`late${index}`)).toBe(true);
});
