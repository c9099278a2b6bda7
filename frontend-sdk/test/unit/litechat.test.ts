// LiteChat's persistence service: its orders, dates, null rules and errors on one device.

import { Dexie } from "dexie";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createPersistenceService,
  type Failure,
  liteChatOptions,
  type PersistenceOptions,
  type PersistenceService,
} from "../../src/compat/litechat";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const at = (day: number) => new Date(Date.UTC(2026, 4, day));

function serviceOf(tab: Tab, options: PersistenceOptions = {}): PersistenceService {
  const service = createPersistenceService(tab.landfall, options);
  onTestFinished(() => service.close());
  return service;
}

async function start(): Promise<{ env: TestEnvironment; tab: Tab; service: PersistenceService }> {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  const tab = await env.signedInTab();
  return { env, tab, service: serviceOf(tab) };
}

/** A service whose user is a guest. */
function asGuest(): { env: TestEnvironment; tab: Tab; service: PersistenceService } {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  const tab = env.browser().tab();
  return { env, tab, service: serviceOf(tab) };
}

const ids = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => id).join("");

describe("lists", () => {
  test("have the order of the application, and Date objects", async () => {
    const { service } = asGuest();
    await service.saveConversation({ id: "a", title: "A", createdAt: at(1), updatedAt: at(2) });
    await service.saveConversation({ id: "b", title: "B", createdAt: at(1), updatedAt: at(3).toISOString() });
    await service.saveConversation({ id: "c", title: "C", createdAt: 0, updatedAt: Number.NaN });
    const conversations = await service.loadConversations();
    expect(ids(conversations)).toBe("bac");
    expect(conversations[0]).toEqual({
      id: "b",
      title: "B",
      createdAt: at(1),
      updatedAt: at(3),
      syncRepoId: null,
      lastSyncedAt: null,
      projectId: null,
    });
    expect(conversations[2]).toMatchObject({ createdAt: new Date(0), updatedAt: null });
    for (const [id, index] of [
      ["x", 2],
      ["y", -1],
      ["z", 2],
      ["w", 0],
    ] as const)
      await service.saveInteraction({ id, conversationId: "a", index, startedAt: at(index + 3), prompt: null });
    expect(ids(await service.loadInteractionsForConversation("a"))).toBe("ywxz");
    expect(ids(await service.getInteractionsByDateRange(at(2), at(3)))).toBe("yw");
    await service.saveMod({ id: "m", name: "Late", loadOrder: 2 });
    await service.saveMod({ id: "n", name: "Early", loadOrder: 1 });
    expect(ids(await service.loadMods())).toBe("nm");
    for (const [id, name] of [
      ["1", "b"],
      ["2", "a"],
      ["3", "B"],
    ] as const) {
      await service.saveRule({ id, name, content: "c" });
      await service.saveTag({ id, name });
      await service.savePromptTemplate({ id, name, prompt: "p" });
      await service.saveWorkflow({ id, name, steps: [{ type: "prompt" }], createdAt: at(1), updatedAt: at(1) });
    }
    const named = [service.loadRules(), service.loadTags(), service.loadPromptTemplates(), service.loadWorkflows()];
    expect((await Promise.all(named)).map(ids)).toEqual(["321", "321", "321", "321"]);
    expect(await service.loadWorkflow("1")).toEqual({
      id: "1",
      name: "b",
      steps: [{ type: "prompt" }],
      createdAt: at(1).toISOString(),
      updatedAt: at(1).toISOString(),
    });
    expect([await service.loadWorkflow("nowhere"), await service.loadPromptTemplateById("nowhere")]).toEqual([
      null,
      null,
    ]);
  });

  test("give rows without an id one, and take numbers as ids", async () => {
    const { service } = asGuest();
    const row: Record<string, unknown> = { title: "New" };
    const id = await service.saveConversation(row);
    expect(row.id).toBe(id);
    const frozen = await service.saveTag(Object.freeze({ name: "Frozen" }));
    expect(await service.loadTags()).toMatchObject([{ id: frozen, name: "Frozen" }]);
    expect(await service.saveInteraction({ id: 5, conversationId: id, index: 0, parentId: 4 })).toBe("5");
    expect(await service.loadInteractionsForConversation(id)).toMatchObject([{ id: "5", parentId: "4" }]);
    await service.deleteInteraction(5 as never);
    expect(await service.loadInteractionsForConversation(id)).toEqual([]);
  });

  test("keep any JSON, and make JSON of what is none", async () => {
    const { service } = asGuest();
    await service.saveConversation({ id: "c", title: "C" });
    const response = { tokens: Number.NaN, at: at(1), list: [undefined, 1], gone: undefined, text: "half \ud83c" };
    await service.saveInteraction({ id: "i", conversationId: "c", index: 0, prompt: [1, { a: null }], response });
    const [row] = await service.loadInteractionsForConversation("c");
    expect(row).toMatchObject({ prompt: [1, { a: null }] });
    expect(row?.response).toEqual({ tokens: null, at: at(1).toISOString(), list: [null, 1], text: "half \ufffd" });
  });
});

describe("saves", () => {
  test("of projects keep the known members, and their tree", async () => {
    const { env, tab, service } = await start();
    const top = { id: "p", path: "/p", name: "P", parentId: null, createdAt: at(1), updatedAt: at(1), metadata: {} };
    await service.saveProject({ ...top, temperature: 0.4, isOpen: true });
    await service.saveProject({ ...top, id: "q", path: "/p/q", name: "Q", parentId: "p", updatedAt: at(2) });
    await service.saveProject({ ...top, id: "r", path: "/r", parentId: "gone", updatedAt: at(3) });
    expect(ids(await service.loadProjects())).toBe("rqp");
    expect((await service.loadProjects())[2]).toEqual({ ...top, temperature: 0.4 });
    expect((await service.loadProjects())[0]).toMatchObject({ parentId: "gone" });
    await expect(service.saveProject({ ...top, id: "s" })).rejects.toThrow(Dexie.ConstraintError);
    await tab.sync();
    expect(env.server.userData(EMAIL).live("projects").q).toMatchObject({ parentId: "p", data: { path: "/p/q" } });
    await service.deleteProject("p");
    expect(ids(await service.loadProjects())).toBe("r");
  });

  test("refuse a name in use at once, with Dexie's error", async () => {
    const { service } = asGuest();
    await service.saveRule({ id: "a", name: "Short", content: "c" });
    const taken = service.saveRule({ id: "b", name: "Short", content: "d" });
    await expect(taken).rejects.toMatchObject({ name: "ConstraintError" });
    await expect(service.saveRule({ id: "b", name: "Long", content: 5 })).rejects.toMatchObject({ name: "DataError" });
    await service.saveRule({ id: "a", name: "Short", content: "e" });
    expect(await service.loadRules()).toMatchObject([{ id: "a", content: "e" }]);
    await service.saveTag({ id: "t", name: "T" });
    await service.saveTagRuleLink({ id: "t-a", tagId: "t", ruleId: "a" });
    const twice = service.saveTagRuleLink({ id: "other", tagId: "t", ruleId: "a" });
    await expect(twice).rejects.toMatchObject({ name: "ConstraintError" });
    await service.saveMarketplaceSource({ id: "m", name: "M", url: "https://example.org/m.json" });
    const sameUrl = service.saveMarketplaceSource({ id: "n", name: "N", url: "https://example.org/m.json" });
    await expect(sameUrl).rejects.toMatchObject({ name: "ConstraintError" });
  });

  test("tell a full disk by Dexie's name", async () => {
    const { tab, service } = await start();
    await service.loadRules();
    const mend = tab.browser.refuseWrites("rules", "quota");
    const full = service.saveRule({ id: "a", name: "A", content: "c" });
    await expect(full).rejects.toMatchObject({ name: "QuotaExceededError" });
    mend();
    await service.saveRule({ id: "a", name: "A", content: "c" });
    expect(ids(await service.loadRules())).toBe("a");
  });

  test("that follow each other end with the last one", async () => {
    const { service } = asGuest();
    const rule = { id: "a", name: "A", content: "0" };
    await service.saveRule(rule);
    await Promise.all(["1", "2", "0"].map((content) => service.saveRule({ ...rule, content })));
    expect(await service.loadRules()).toEqual([rule]);
  });
});

test("settings: null is a value, undefined is none, and a load never rejects", async () => {
  const { tab, service } = asGuest();
  expect(await service.loadSetting("theme", "light")).toBe("light");
  await service.saveSetting("theme", null);
  expect(await service.loadSetting("theme", "light")).toBeNull();
  await service.saveSetting("theme", undefined);
  expect(await service.loadSetting("theme", "light")).toBe("light");
  await service.saveSetting("provider:order", ["a", "b"]);
  expect(await service.loadSetting("provider:order", [])).toEqual(["a", "b"]);
  await expect(service.saveSetting("landfall:x", 1)).rejects.toMatchObject({ code: "invalid_input" });
  await tab.landfall.close();
  expect(await service.loadSetting("provider:order", "default")).toBe("default");
});

test("configurations of providers are loaded with their dates, saved and deleted", async () => {
  const { env, tab, service } = await start();
  const config = {
    ...{ id: "c", name: "OpenAI", type: "openai", isEnabled: true, apiKeyId: null, baseURL: null },
    ...{ enabledModels: ["a"], autoFetchModels: true, fetchedModels: [{ id: "a", name: "A" }] },
    ...{ modelsLastFetchedAt: at(1), createdAt: at(1), updatedAt: at(1) },
  };
  await service.saveProviderConfig(config);
  expect(await service.loadProviderConfigs()).toEqual([config]);
  await expect(service.saveProviderConfig({ ...config, id: "d" })).rejects.toMatchObject({ name: "ConstraintError" });
  await service.saveProviderConfig({ ...config, name: "Renamed", modelsLastFetchedAt: at(2).toISOString() });
  expect(await service.loadProviderConfigs()).toEqual([{ ...config, name: "Renamed", modelsLastFetchedAt: at(2) }]);
  await tab.sync();
  const live = () => env.server.userData(EMAIL).live("providerConfigs");
  expect(live().c).toMatchObject({ name: "Renamed", modelsLastFetchedAt: at(2).toISOString() });
  await service.deleteProviderConfig("c");
  expect(await service.loadProviderConfigs()).toEqual([]);
  await tab.sync();
  expect(live()).toEqual({});
});

test("failures are told with a sentence for people, and the calls reject", async () => {
  const tab = asGuest().tab;
  const failures: Failure[] = [];
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  onTestFinished(() => void vi.unstubAllGlobals());
  const service = serviceOf(tab, {
    onFailure: (failure) => {
      failures.push(failure);
      throw new Error("the application's own");
    },
  });
  await service.saveRule({ id: "a", name: "Short", content: "c" });
  const mend = tab.browser.refuseWrites("rules", "quota");
  const full = await service.saveRule({ id: "b", name: "Long", content: "c" }).catch((error: unknown) => error);
  mend();
  await expect(service.saveRule({ id: "b", name: "Short", content: "d" })).rejects.toThrow();
  await expect(service.saveRule({ id: "b", name: "Long", content: 5 })).rejects.toThrow();
  await expect(service.exportConversationData("nowhere")).rejects.toThrow();
  await tab.landfall.close();
  await expect(service.deleteRule("a")).rejects.toThrow();
  expect(await service.loadSetting("theme", "light")).toBe("light");
  expect(failures.map(({ call, message }) => [call, message])).toEqual([
    ["saveRule", "Not saved: this browser has no room left. Free some space, and try again."],
    ["saveRule", "Not saved: another one has this name already."],
    ["saveRule", "Not saved: /content It must be text."],
    ["exportConversationData", "The export failed."],
    ["deleteRule", "The data of this browser can't be reached any more. Reload the page."],
    ["loadSetting", "The data of this browser can't be reached any more. Reload the page."],
  ]);
  expect(failures[0]?.error).toBe(full);
  // Each time the application's listener, and once the load that gave its default.
  expect(reported).toHaveBeenCalledTimes(failures.length + 1);
});

test("an upgrade step fills a new member once, and in rows that an earlier version sends later", async () => {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  const earlier = await env.signedInTab();
  await serviceOf(earlier).saveConversation({ id: "a", title: "A", metadata: { pinned: true } });
  await serviceOf(earlier).saveTag({ id: "t", name: "T" });
  await earlier.sync();
  const browser = env.browser();
  const tab = browser.tab();
  await tab.signIn();
  await tab.sync();
  const calls: unknown[] = [];
  const upgrades = {
    3: { conversations: (row: object) => ({ ...row, rank: "rank" in row ? row.rank : 1 }) },
    2: {
      conversations: (row: object) => {
        calls.push(row);
        return { archivedAt: null, ...row };
      },
    },
  };
  const service = serviceOf(tab, { upgrades });
  await service.loadTags();
  const filled = { archivedAt: null, rank: 1, metadata: { pinned: true } };
  expect(await tab.landfall.collections.conversations.list()).toMatchObject([filled]);
  await tab.sync();
  expect(env.server.userData(EMAIL).live("conversations").a).toMatchObject(filled);
  expect(env.server.userData(EMAIL).live("tags").t).toEqual({ name: "T" });

  const pushes = env.server.pushed().length;
  calls.length = 0;
  const again = browser.tab();
  await again.landfall.start();
  await serviceOf(again, { upgrades }).loadTags();
  await again.sync();
  expect([calls, env.server.pushed().slice(pushes).flat()]).toEqual([[], []]);

  await serviceOf(earlier).saveConversation({ id: "b", title: "B" });
  await earlier.sync();
  await tab.sync();
  const loaded = (await service.loadConversations()).find(({ id }) => id === "b");
  expect(loaded).toMatchObject({ title: "B", archivedAt: null, rank: 1 });
  expect(await tab.landfall.collections.conversations.get("b")).not.toHaveProperty("archivedAt");
  await service.saveConversation({ ...loaded, title: "B2" });
  expect(await tab.landfall.collections.conversations.get("b")).toMatchObject({
    title: "B2",
    archivedAt: null,
    rank: 1,
  });
});

test("deletes take links along, and clears empty tables", async () => {
  const { service } = asGuest();
  await service.saveApiKey({ id: "k", name: "K", value: "made-up" });
  await service.saveProviderConfig({ id: "c", name: "C", type: "openai", apiKeyId: "k" });
  await service.deleteApiKey("k");
  expect(await service.loadProviderConfigs()).toMatchObject([{ id: "c", apiKeyId: null }]);
  await service.saveSyncRepo({ id: "s", name: "S", remoteUrl: "https://example.org/s.git" });
  await service.saveConversation({ id: "v", title: "V", syncRepoId: "s" });
  await service.saveInteraction({ id: "i", conversationId: "v", index: 0 });
  await service.deleteSyncRepo("s");
  expect(await service.loadConversations()).toMatchObject([{ syncRepoId: null }]);
  await service.deleteInteractionsForConversation("v");
  expect(await service.loadInteractionsForConversation("v")).toEqual([]);
  await service.saveTag({ id: "t", name: "T" });
  await service.saveRule({ id: "r", name: "R", content: "c" });
  await service.saveTagRuleLink({ id: "t-r", tagId: "t", ruleId: "r" });
  await service.deleteTag("t");
  expect(await service.loadTagRuleLinks()).toEqual([]);
  await service.saveMarketplaceIndex("m", { packages: [] });
  await service.clearTable("rules");
  expect(await service.loadRules()).toEqual([]);
  await expect(service.clearTable("nowhere")).rejects.toMatchObject({ name: "InvalidTableError" });
  await service.saveSetting("theme", "dark");
  await service.clearAllData();
  const { exportedAt: _exportedAt, ...all } = await service.exportAllData();
  expect(Object.values(all).flatMap((section) => (section === 1 ? [] : Object.keys(section ?? {})))).toEqual([]);
  expect(await service.loadMarketplaceIndex("m")).toBeNull();
});

test("the marketplace keeps sources, indexes for their time, and packages", async () => {
  const { service } = asGuest();
  await service.saveMarketplaceSource({ id: "m", name: "M", url: "https://example.org/m.json", lastRefreshed: at(1) });
  expect(await service.loadMarketplaceSources()).toMatchObject([{ id: "m", lastRefreshed: at(1) }]);
  await service.saveMarketplaceIndex("m", { packages: ["a"] });
  expect(await service.loadMarketplaceIndex("m")).toEqual({ packages: ["a"] });
  await service.saveMarketplaceIndex("m", { packages: ["b"] }, -1);
  expect(await service.loadMarketplaceIndex("m")).toBeNull();
  await service.saveInstalledMarketplaceItem({ packageId: "x", enabled: true, installedAt: at(2) }, { files: [1] });
  await service.updateInstalledMarketplaceItem("x", { enabled: false });
  expect(await service.loadInstalledMarketplaceItems()).toEqual([
    { packageId: "x", enabled: false, installedAt: at(2) },
  ]);
  expect(await service.loadInstalledMarketplacePackage("x")).toEqual({ files: [1] });
  await expect(service.updateInstalledMarketplaceItem("y", {})).rejects.toMatchObject({ code: "not_found" });
  await service.deleteInstalledMarketplaceItem("x");
  expect(await service.loadInstalledMarketplacePackage("x")).toBeNull();
  await service.deleteMarketplaceSource("m");
  expect(await service.loadMarketplaceSources()).toEqual([]);
});

test("a guest's start waits for no server, and rows stay in sight across the sign-in", async () => {
  const { env, tab, service } = asGuest();
  // The server never answers.
  env.server.fail(/get-session/, { kind: "hang" }, 100);
  const keys = Array.from({ length: 62 }, (_, index) => `setting-${index}`);
  for (const key of keys) expect(await service.loadSetting(key, key)).toBe(key);
  await service.saveConversation({ id: "c", title: "Before" });
  await service.saveSyncRepo({ id: "s", name: "S", remoteUrl: "https://example.org/s.git", password: "made-up" });
  env.server.mend();
  tab.crash();

  const again = tab.browser.tab();
  const shown = serviceOf(again);
  const [conversation] = await shown.loadConversations();
  expect(conversation?.title).toBe("Before");
  const changes: boolean[] = [];
  shown.onRemoteChange(({ everything }) => changes.push(everything));
  await again.signIn();
  expect(ids(await shown.loadConversations())).toBe("c");
  await until(() => changes.includes(true), "the message that all is to be loaded again");
  await shown.saveConversation({ ...conversation, title: "After" });
  expect(await shown.loadSyncRepos()).toMatchObject([{ password: "made-up" }]);
  await again.sync();
  const live = (name: string) => env.server.userData(EMAIL).live(name);
  expect(live("conversations").c).toMatchObject({ title: "After" });
  expect(JSON.stringify([live("syncRepos"), live("settings")])).not.toContain("made-up");
  await again.landfall.auth.signOut();
  expect(await shown.loadConversations()).toEqual([]);
});

test("a client without guests is refused", () => {
  const env = new TestEnvironment();
  const { landfall } = env.browser().tab();
  expect(() => createPersistenceService(landfall)).toThrow(expect.objectContaining({ code: "invalid_option" }));
});
