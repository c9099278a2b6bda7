// LiteChat's old database is taken over: completely, once, by one user, and without a change of it.

import { describe, expect, onTestFinished, test } from "vitest";
import { type AdoptionReport, liteChat, type OldData, openOldData } from "../../src/compat/adopt";
import { createPersistenceService, liteChatOptions, type PersistenceService } from "../../src/compat/litechat";
import { type Browser, EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { exists, fillLiteChat, LITECHAT, rowsOf } from "../support/old-databases";

const at = (day: number) => new Date(Date.UTC(2026, 4, day));

function environment(): TestEnvironment {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  return env;
}

async function signedIn(browser: Browser, email = EMAIL): Promise<Tab> {
  const tab = browser.tab();
  await tab.signIn(email);
  return tab;
}

function serviceOf(tab: Tab): PersistenceService {
  const service = createPersistenceService(tab.landfall);
  onTestFinished(() => service.close());
  return service;
}

const oldOf = (tab: Tab): OldData => openOldData(tab.landfall, liteChat());
const codesOf = ({ odd }: AdoptionReport) =>
  odd.map(({ table, key, effect, code }) => [table, key, effect, code].join(" "));
const countsOf = ({ tables }: AdoptionReport) =>
  Object.fromEntries(
    tables.filter(({ rows }) => rows > 0).map(({ table, taken, before, skipped }) => [table, [taken, before, skipped]]),
  );
const live = (env: TestEnvironment, name: string) => env.server.userData(EMAIL).live(name);

/** Something of everything that people have. */
const ROWS = {
  projects: [
    // The child comes first in the order of keys.
    { id: "a-child", path: "/work/notes", name: "Notes", parentId: "z-parent", createdAt: at(2), updatedAt: at(3) },
    {
      id: "z-parent",
      path: "/work",
      name: "Work",
      parentId: null,
      createdAt: at(1),
      updatedAt: at(1),
      temperature: 0.4,
    },
  ],
  conversations: [
    { id: "c", title: "Tides", createdAt: at(1), updatedAt: at(3), projectId: "a-child", syncRepoId: "s" },
    { id: "d", title: "Cut \ud83c", createdAt: at(1).toISOString(), updatedAt: at(2).getTime() },
  ],
  interactions: [
    { id: "i1", conversationId: "c", index: 0, parentId: "i2", startedAt: at(1), response: "First.", prompt: null },
    {
      id: "i2",
      conversationId: "c",
      index: 0,
      parentId: null,
      startedAt: at(2),
      response: "Second.",
      prompt: { a: [1] },
    },
    { id: "i3", conversationId: "c", index: -1, startedAt: at(3), metadata: { tokens: Number.NaN } },
  ],
  appState: [
    { key: "theme", value: null },
    { key: "gitGlobalPat", value: "made-up" },
    { key: "mcpServers", value: [{ id: "m", name: "M", url: "http://localhost:1", headers: { "X-Key": "made-up" } }] },
  ],
  apiKeys: [{ id: "k", name: "Key", value: "made-up", createdAt: at(1), updatedAt: at(1) }],
  providerConfigs: [{ id: "p", name: "Provider", type: "openai", isEnabled: true, apiKeyId: "k", createdAt: at(1) }],
  syncRepos: [{ id: "s", name: "Repo", remoteUrl: "https://ines:made-up@example.org/n.git", password: "made-up" }],
  rules: [{ id: "r", name: "Short", content: "Answer shortly.", type: "style", createdAt: at(1), updatedAt: at(1) }],
  tags: [{ id: "t", name: "Sea", createdAt: at(1), updatedAt: at(1) }],
  tagRuleLinks: [{ id: "t-r", tagId: "t", ruleId: "r" }],
  mods: [{ id: "m", name: "Mod", enabled: true, loadOrder: 1, scriptContent: "1" }],
  promptTemplates: [{ id: "pt", name: "Ask", prompt: "Ask {x}", type: "prompt", rules: ["Short"], isPublic: false }],
  workflows: [{ id: "w", name: "Flow", steps: [{ id: "1", type: "prompt" }], createdAt: at(1), updatedAt: at(1) }],
  marketplaceSources: [
    { id: "ms", name: "Market", url: "https://example.org/m.json", enabled: true, createdAt: at(1) },
  ],
  marketplaceIndexes: [{ sourceId: "ms", index: { items: [] }, cachedAt: at(1), expiresAt: at(2) }],
  installedMarketplaceItems: [
    { packageId: "pk", sourceId: "ms", enabled: true, installedAt: at(1), package: { v: 1 } },
  ],
};

test("without an old database there is nothing, and none is made", async () => {
  const browser = environment().browser();
  const tab = await signedIn(browser);
  const nothing = { databases: [], tables: [], odd: [], oddTotal: 0 };
  expect(await oldOf(tab).preview()).toEqual(nothing);
  expect(await oldOf(tab).adopt()).toEqual(nothing);
  expect(await exists(browser, LITECHAT)).toBe(false);
  await expect(oldOf(tab).removeOld()).resolves.toBeUndefined();
});

test("a preview says what would be taken, and changes nothing", async () => {
  const browser = environment().browser();
  await fillLiteChat(browser, ROWS);
  const before = await rowsOf(browser, LITECHAT);
  const tab = await signedIn(browser);
  const preview = await oldOf(tab).preview();
  expect(preview.databases).toEqual([{ name: LITECHAT, version: 120, owner: "nobody" }]);
  expect(countsOf(preview)).toMatchObject({ interactions: [3, 0, 0], projects: [2, 0, 0], appState: [3, 0, 0] });
  expect(codesOf(preview)).toEqual(["conversations d mended invalid_unicode", "interactions i3 mended no_json"]);
  expect(await tab.landfall.collections.conversations.list()).toEqual([]);
  expect(await rowsOf(browser, LITECHAT)).toEqual(before);
  const taken = await oldOf(tab).adopt();
  expect([countsOf(taken), taken.odd]).toEqual([countsOf(preview), preview.odd]);
  expect(await rowsOf(browser, LITECHAT)).toEqual(before);
});

test("everything is taken, the persistence service shows it, another device gets it, and secrets stay", async () => {
  const env = environment();
  const browser = env.browser();
  await fillLiteChat(browser, ROWS);
  const tab = await signedIn(browser);
  await oldOf(tab).adopt();
  const service = serviceOf(tab);
  expect(await service.loadConversations()).toMatchObject([
    { id: "c", title: "Tides", createdAt: at(1), updatedAt: at(3), lastSyncedAt: null, projectId: "a-child" },
    { id: "d", title: "Cut \ufffd", createdAt: at(1), updatedAt: at(2), projectId: null, syncRepoId: null },
  ]);
  expect(await service.loadInteractionsForConversation("c")).toEqual([
    { ...ROWS.interactions[2], metadata: { tokens: null } },
    ...ROWS.interactions.slice(0, 2),
  ]);
  expect(await service.loadProjects()).toEqual(ROWS.projects);
  expect([await service.loadSetting("theme", "x"), await service.loadSetting("gitGlobalPat", "x")]).toEqual([
    null,
    "made-up",
  ]);
  expect(await service.loadSetting("mcpServers", [])).toEqual(ROWS.appState[2]?.value);
  expect([await service.loadApiKeys(), await service.loadSyncRepos()]).toEqual([ROWS.apiKeys, ROWS.syncRepos]);
  expect([await service.loadProviderConfigs(), await service.loadRules()]).toEqual([ROWS.providerConfigs, ROWS.rules]);
  expect([await service.loadTags(), await service.loadTagRuleLinks()]).toEqual([ROWS.tags, ROWS.tagRuleLinks]);
  expect([await service.loadMods(), await service.loadPromptTemplates()]).toEqual([ROWS.mods, ROWS.promptTemplates]);
  expect([await service.loadWorkflows(), await service.loadMarketplaceSources()]).toEqual([
    ROWS.workflows,
    ROWS.marketplaceSources,
  ]);
  expect(await service.loadInstalledMarketplacePackage("pk")).toEqual({ v: 1 });

  await tab.untilSent();
  expect(JSON.stringify(env.server.received.map(({ body }) => body))).not.toContain("made-up");
  const other = await env.signedInTab();
  await other.sync();
  const there = serviceOf(other);
  expect((await there.loadConversations()).map(({ id }) => id)).toEqual(["c", "d"]);
  expect(await there.loadInteractionsForConversation("c")).toHaveLength(3);
  expect(await there.loadProjects()).toEqual(ROWS.projects);
  expect(await there.loadWorkflows()).toEqual(ROWS.workflows);
  expect(await there.loadApiKeys()).toEqual([]);
});

describe("a repeated run", () => {
  test("takes what is new, and brings nothing back", async () => {
    const env = environment();
    const browser = env.browser();
    await fillLiteChat(browser, ROWS);
    const tab = await signedIn(browser);
    await oldOf(tab).adopt();
    const service = serviceOf(tab);
    const [conversation] = await service.loadConversations();
    await service.saveConversation({ ...conversation, title: "Renamed" });
    await service.deleteRule("r");
    await fillLiteChat(browser, { tags: [{ id: "u", name: "New" }] });
    expect(await oldOf(tab).preview()).toMatchObject({ databases: [{ owner: "mine" }] });
    const { tables } = await oldOf(tab).adopt();
    expect(tables.filter(({ taken }) => taken > 0)).toMatchObject([{ table: "tags", taken: 1, before: 1 }]);
    await tab.untilSent();
    const pushes = env.server.pushed().length;
    await oldOf(tab).adopt();
    await tab.sync();
    expect(env.server.pushed().slice(pushes).flat()).toEqual([]);
    expect((await service.loadConversations())[0]).toMatchObject({ title: "Renamed" });
    expect([await service.loadRules(), Object.keys(live(env, "rules"))]).toEqual([[], []]);
  });

  test("goes on where one was cut off: by a signal, by a full disk, and by the end of its tab", async () => {
    const env = environment();
    const browser = env.browser();
    const interactions = Array.from({ length: 450 }, (_, index) => ({ id: `i${index}`, conversationId: "c", index }));
    await fillLiteChat(browser, { conversations: [{ id: "c", title: "Long" }], interactions });
    const tab = await signedIn(browser);
    const stored = () => tab.landfall.collections.interactions.count();

    const ending = new AbortController();
    const steps: number[] = [];
    const cut = oldOf(tab).adopt({
      signal: ending.signal,
      onProgress({ table, done, rows }) {
        expect(rows).toBe(table === "interactions" ? 450 : 1);
        if (table === "interactions") ending.abort();
        if (table === "interactions") steps.push(done);
      },
    });
    await expect(cut).rejects.toMatchObject({ name: "AbortError" });
    // A page is bounded, and nothing behind it was read.
    expect([steps, await stored()]).toEqual([[200], 200]);

    const mend = browser.refuseWrites("interactions", "quota");
    await expect(oldOf(tab).adopt()).rejects.toMatchObject({ code: "storage_full" });
    mend();
    expect(await stored()).toBe(200);

    // The rows of a page are stored, and what they have become is not noted yet.
    const crashed = browser.tab();
    await crashed.landfall.start();
    await crashed.idle();
    const endless = browser.refuseWrites("taken", "quota");
    await expect(oldOf(crashed).adopt()).rejects.toMatchObject({ code: "storage_full" });
    endless();
    crashed.crash();
    expect(await stored()).toBe(400);

    const { tables } = await oldOf(tab).adopt();
    expect(tables.find(({ table }) => table === "interactions")).toMatchObject({ taken: 50, before: 400, skipped: 0 });
    expect(await stored()).toBe(450);
    expect(await tab.landfall.collections.interactions.where("conversationId").equals("c").count()).toBe(450);
  });

  test("in two tabs at once takes everything once", async () => {
    const env = environment();
    const browser = env.browser();
    await fillLiteChat(browser, ROWS);
    const tab = await signedIn(browser);
    const other = browser.tab();
    await other.landfall.start();
    await other.idle();
    const both = await Promise.all([oldOf(tab).adopt(), oldOf(other).adopt()]);
    const taken = both.map(({ tables }) => tables.reduce((sum, table) => sum + table.taken, 0));
    expect(taken.sort((one, two) => one - two)).toEqual([0, Object.values(ROWS).flat().length]);
    await tab.untilSent();
    expect(Object.keys(live(env, "interactions")).sort()).toEqual(["i1", "i2", "i3"]);
  });
});

describe("of whom the data are", () => {
  test("a guest takes them, and they are the user's after the sign-in", async () => {
    const env = environment();
    const browser = env.browser();
    await fillLiteChat(browser, ROWS);
    const tab = browser.tab();
    await tab.landfall.start();
    const service = serviceOf(tab);
    expect(countsOf(await oldOf(tab).adopt())).toMatchObject({ interactions: [3, 0, 0] });
    expect(await service.loadConversations()).toHaveLength(2);
    await tab.signIn();
    expect(await service.loadConversations()).toHaveLength(2);
    await fillLiteChat(browser, { tags: [{ id: "u", name: "New" }] });
    expect(await oldOf(tab).adopt()).toMatchObject({ databases: [{ owner: "mine" }] });
    await tab.untilSent();
    expect(Object.keys(live(env, "tags")).sort()).toEqual(["t", "u"]);
    expect(Object.keys(live(env, "interactions"))).toHaveLength(3);
    expect(await service.loadSyncRepos()).toEqual(ROWS.syncRepos);
  });

  test("another user gets nothing of what one has begun to take", async () => {
    const env = environment();
    const browser = env.browser();
    await fillLiteChat(browser, ROWS);
    const tab = await signedIn(browser);
    await oldOf(tab).adopt();
    await tab.untilSent();
    await tab.landfall.auth.signOut();
    await fillLiteChat(browser, { tags: [{ id: "u", name: "New" }] });
    await tab.signIn("ben@example.org");
    const nothing = { databases: [{ owner: "other" }], tables: [] };
    expect(await oldOf(tab).preview()).toMatchObject(nothing);
    expect(await oldOf(tab).adopt()).toMatchObject(nothing);
    await expect(oldOf(tab).removeOld()).rejects.toMatchObject({ code: "not_adopted" });
    expect(await tab.landfall.collections.tags.list()).toEqual([]);
  });

  test("a change of the user ends a run", async () => {
    const browser = environment().browser();
    await fillLiteChat(browser, ROWS);
    const tab = browser.tab();
    await tab.landfall.start();
    let signIn: Promise<void> | undefined;
    const run = oldOf(tab).adopt({
      onProgress: () => {
        signIn ??= tab.signIn();
      },
    });
    const error = await run.then(
      () => null,
      (reason: unknown) => reason,
    );
    await signIn;
    // A run that was quicker than the sign-in is the guest's.
    if (error) expect(error).toMatchObject({ code: "interrupted" });
    await oldOf(tab).adopt();
    const service = serviceOf(tab);
    await tab.sync();
    expect(await service.loadInteractionsForConversation("c")).toHaveLength(3);
  });
});

describe("odd rows", () => {
  test("are mended, kept on the device or skipped, each with its reason, and stop no other", async () => {
    const env = environment();
    const browser = env.browser();
    const deep: Record<string, unknown> = {};
    deep.self = deep;
    await fillLiteChat(browser, {
      conversations: [
        { id: "c", title: "t".repeat(10_100), createdAt: "yesterday", updatedAt: at(1) },
        { id: "e", updatedAt: at(2) },
        { id: "n", title: 5 },
      ],
      interactions: [
        { id: "big", conversationId: "c", index: 0, prompt: { content: "x".repeat(5_300_000) } },
        { id: "deep", conversationId: "c", index: 0, prompt: deep },
        { id: "good", conversationId: "c", index: 0 },
        { id: "nowhere", index: 0 },
        { id: "orphan", conversationId: "gone", index: 0 },
        { id: "text", conversationId: "c", index: "first" },
      ],
      appState: [{ key: "landfall:x", value: 1 }, { key: "none" }],
      rules: [
        { id: "nameless", name: "", content: "c" },
        { id: "empty", name: "Empty" },
      ],
      tagRuleLinks: [{ id: "l", tagId: "gone", ruleId: "gone" }],
    });
    const tab = await signedIn(browser);
    const report = await oldOf(tab).adopt();
    expect(codesOf(report)).toEqual([
      "appState landfall:x skipped key_refused",
      "appState none skipped no_value",
      "conversations c mended not_a_time",
      "conversations c mended too_long",
      "conversations n mended no_text",
      "interactions big skipped too_large",
      "interactions deep skipped too_deep",
      "interactions nowhere skipped invalid",
      "interactions orphan device-only orphan",
      "interactions text skipped invalid",
      "rules empty skipped invalid",
      "rules nameless mended no_text",
      "tagRuleLinks l device-only orphan",
    ]);
    expect(report.odd.find(({ key }) => key === "text")?.message).toBe("/index: It must be a whole number.");
    expect(countsOf(report)).toMatchObject({ conversations: [3, 0, 0], interactions: [2, 0, 4], rules: [1, 0, 1] });
    await tab.untilSent();
    expect(Object.keys(live(env, "interactions"))).toEqual(["good"]);
    expect(live(env, "conversations")).toMatchObject({
      c: { title: `${"t".repeat(9_999)}…`, createdAt: null },
      e: { title: "" },
      n: { title: "5" },
    });
    // What was skipped is tried again, and what was kept on the device is sent with its conversation.
    await fillLiteChat(browser, { conversations: [{ id: "gone", title: "Found" }] });
    expect(countsOf(await oldOf(tab).adopt()).interactions).toEqual([0, 2, 4]);
    await tab.untilSent();
    expect(Object.keys(live(env, "interactions")).sort()).toEqual(["good", "orphan"]);
    await expect(oldOf(tab).removeOld()).rejects.toMatchObject({ code: "not_adopted" });
  });

  test("with numbers as keys get keys that no other browser makes, and what refers to them follows", async () => {
    const env = environment();
    const keys: string[] = [];
    for (const day of [1, 2]) {
      const browser = env.browser();
      await fillLiteChat(browser, {
        conversations: [{ title: `Of day ${day}`, createdAt: at(day), updatedAt: at(day) }],
        interactions: [
          { conversationId: 1, index: 0, parentId: 2, startedAt: at(day) },
          { conversationId: 1, index: 0, parentId: null, startedAt: at(day + 1) },
        ],
      });
      const tab = await signedIn(browser);
      await oldOf(tab).adopt();
      await tab.untilSent();
      const key = await oldOf(tab).idOf(LITECHAT, "conversations", 1);
      const answers = await serviceOf(tab).loadInteractionsForConversation(key ?? "");
      const newest = answers.find(({ parentId }) => parentId === null);
      expect(answers.map(({ parentId }) => parentId).sort()).toEqual([newest?.id, null].sort());
      keys.push(key ?? "");
    }
    expect(keys[0]).toMatch(/^1-[0-9a-f]{8}$/);
    expect(Object.keys(live(env, "conversations")).sort()).toEqual([...keys].sort());
    expect(Object.keys(live(env, "interactions"))).toHaveLength(4);
  });

  test("whose name is in use become that row if they are equal, or get another name", async () => {
    const env = environment();
    const other = await env.signedInTab();
    await serviceOf(other).saveRule({ id: "here", name: "Short", content: "Answer shortly." });
    await serviceOf(other).saveTag({ id: "here", name: "Sea", description: "Salt." });
    await other.untilSent();
    const browser = env.browser();
    await fillLiteChat(browser, {
      rules: [{ id: "r", name: "Short", content: "Answer shortly.", createdAt: at(1) }],
      tags: [{ id: "t", name: "Sea", description: "Waves." }],
      tagRuleLinks: [{ id: "t-r", tagId: "t", ruleId: "r" }],
    });
    const tab = await signedIn(browser);
    await tab.sync();
    const report = await oldOf(tab).adopt();
    expect(codesOf(report)).toEqual(["tags t mended name_in_use"]);
    expect(countsOf(report)).toMatchObject({ rules: [0, 1, 0], tags: [1, 0, 0] });
    await tab.untilSent();
    expect(live(env, "tags")).toMatchObject({ here: { name: "Sea" }, t: { name: "Sea (2)" } });
    expect(Object.values(live(env, "tagRuleLinks"))).toEqual([{ tagId: "t", ruleId: "here" }]);
    expect(Object.keys(live(env, "rules"))).toEqual(["here"]);
  });

  test("that are here already stay as they are, and get the secrets that only this device has", async () => {
    const env = environment();
    const other = await env.signedInTab();
    await serviceOf(other).saveSyncRepo({ id: "s", name: "Repo", remoteUrl: "https://example.org/n.git" });
    await serviceOf(other).saveConversation({ id: "c", title: "Newer" });
    await other.untilSent();
    const browser = env.browser();
    await fillLiteChat(browser, ROWS);
    const tab = await signedIn(browser);
    await tab.sync();
    const report = await oldOf(tab).adopt();
    expect(codesOf(report)).toContain("conversations c present different_here");
    // The old row is nowhere else, so it isn't removed by itself, also in a later run.
    const conversations = (await oldOf(tab).preview()).tables.find(({ table }) => table === "conversations");
    expect(conversations).toMatchObject({ taken: 0, different: 1, skipped: 0 });
    await expect(oldOf(tab).removeOld()).rejects.toMatchObject({ code: "not_adopted" });
    expect(await exists(browser, LITECHAT)).toBe(true);
    expect((await serviceOf(tab).loadConversations()).find(({ id }) => id === "c")).toMatchObject({ title: "Newer" });
    expect(await serviceOf(tab).loadSyncRepos()).toMatchObject([{ password: "made-up" }]);
    await tab.untilSent();
    expect(JSON.stringify(live(env, "syncRepos"))).not.toContain("made-up");
    await oldOf(tab).removeOld({ evenLeft: true });
    expect(await exists(browser, LITECHAT)).toBe(false);
  });
});

test("older databases and unknown tables: the newer row wins, and an unknown table is listed", async () => {
  const browser = environment().browser();
  await fillLiteChat(browser, { tags: [{ id: "t", name: "New" }] });
  await fillLiteChat(
    browser,
    {
      tags: [
        { id: "t", name: "Old" },
        { id: "u", name: "Only old" },
      ],
    },
    "LiteChatDatabase",
  );
  const opening = browser.storage.indexedDB.open("LLMChefDatabase_Rewrite_v1", 10);
  opening.onupgradeneeded = () => opening.result.createObjectStore("recipes", { autoIncrement: true }).put("soup");
  await new Promise((resolve) => opening.addEventListener("success", resolve));
  opening.result.close();
  const tab = await signedIn(browser);
  const report = await oldOf(tab).adopt();
  expect(report.databases.map(({ name }) => name)).toEqual([
    LITECHAT,
    "LiteChatDatabase",
    "LLMChefDatabase_Rewrite_v1",
  ]);
  expect(codesOf(report)).toEqual(["tags t present different_here", "recipes  skipped unknown_table"]);
  // The application itself has made the newer row of it.
  expect(report.tables.map(({ different }) => different)).toEqual(report.tables.map(() => 0));
  const names = (await tab.landfall.collections.tags.list()).map(({ name }) => name);
  expect(names.sort()).toEqual(["New", "Only old"]);
});

test("the old database is removed when the application asks for it, and not before everything is taken", async () => {
  const env = environment();
  const browser = env.browser();
  await fillLiteChat(browser, ROWS);
  const tab = await signedIn(browser);
  const old = oldOf(tab);
  await expect(old.removeOld()).rejects.toMatchObject({ code: "not_adopted" });
  await old.adopt();
  const opening = browser.storage.indexedDB.open(LITECHAT);
  await new Promise((resolve) => opening.addEventListener("success", resolve));
  const refused = old.removeOld().catch(({ code }) => code);
  let answer: unknown;
  void refused.then((code) => {
    answer = code;
  });
  await env.clock.advanceUntil(() => answer !== undefined, "an answer");
  expect(answer).toBe("in_use");
  opening.result.close();
  await old.removeOld();
  expect(await exists(browser, LITECHAT)).toBe(false);
  expect(await old.idOf(LITECHAT, "tags", "t")).toBeUndefined();
  expect(await tab.landfall.collections.tags.list()).toHaveLength(1);
  await fillLiteChat(browser, { tags: [{ id: "v", name: "Left" }] });
  await old.removeOld({ evenLeft: true });
  expect(await exists(browser, LITECHAT)).toBe(false);
});
