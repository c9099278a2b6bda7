// LiteChat's files on two devices: what is odd in them is mended or left out, and everything else comes back. The files are those of the server's tests.

import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import {
  type ConversationData,
  createPersistenceService,
  type FullExportData,
  liteChatOptions,
  type PersistenceOptions,
  type PersistenceService,
} from "../../src/compat/litechat";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";

const SECTIONS = ["Settings", "ApiKeys", "ProviderConfigs", "Projects", "Conversations", "RulesAndTags", "Mods"];
const ALL = Object.fromEntries(
  [...SECTIONS, "SyncRepos", "McpServers", "PromptTemplates", "Agents", "Workflows"].map((section) => [
    `import${section}`,
    true,
  ]),
);
const PICTURE = "/9j/".repeat(300_001);

function fileOf(name: string): FullExportData {
  const text = readFileSync(new URL(`../../../tests/it/transfer/litechat-${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text.replace("BASE64", PICTURE));
}

async function device(
  env: TestEnvironment,
  options?: PersistenceOptions,
): Promise<{ tab: Tab; service: PersistenceService }> {
  const tab = await env.signedInTab();
  const service = createPersistenceService(tab.landfall, options);
  onTestFinished(() => service.close());
  return { tab, service };
}

function environment(): TestEnvironment {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  return env;
}

/** Rows as JSON, by their ids. */
function byId(rows: unknown): Record<string, unknown> {
  const all = JSON.parse(JSON.stringify(rows)) as { id: string }[];
  return Object.fromEntries(all.map((row) => [row.id, row]));
}

test("an old file comes back with equal values, on the other device without its secrets", async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const file = fileOf("old");
  expect(await one.service.importAllData(file, ALL)).toEqual({ mended: [], skipped: [] });
  const exported = await one.service.exportAllData();
  expect(exported.settings).toEqual(file.settings);
  const members = ["apiKeys", "syncRepos", "providerConfigs", "projects", "rules", "tags", "tagRuleLinks"] as const;
  for (const member of members) expect([member, byId(exported[member])]).toEqual([member, byId(file[member])]);
  expect(byId(exported.interactions)).toEqual(byId(file.interactions));
  await one.tab.sync();
  await other.tab.sync();
  const there = await other.service.exportAllData();
  expect(byId(there.interactions)).toEqual(byId(file.interactions));
  expect(byId(there.projects)).toEqual(byId(file.projects));
  expect([there.apiKeys, there.settings?.gitGlobalPat]).toEqual([[], undefined]);
  expect(JSON.stringify(env.server.received.map(({ body }) => body))).not.toMatch(/made-up-token|fake-/);
});

test("a file with everything odd is stored row by row, and what was odd is listed", async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const file = fileOf("edges");
  const { mended, skipped } = await one.service.importAllData(file, ALL);
  expect(skipped.map(({ table, code }) => [table, code])).toEqual([["tagRuleLinks", "duplicate_name"]]);
  expect(mended.map(({ table, code }) => [table, code]).sort()).toEqual(
    [
      ["conversations", "number_as_time"],
      ["interactions", "invalid_unicode"],
      ["interactions", "invalid_unicode"],
      ["interactions", "unknown_reference"],
      ["rules", "number_as_id"],
      ["rules", "renamed"],
      ["tagRuleLinks", "unknown_reference"],
      ["tagRuleLinks", "unknown_reference"],
      ["promptTemplates", "missing_id"],
      ["workflows", "missing_id"],
    ].sort(),
  );
  expect((await one.service.loadRules()).map(({ name }) => name)).toEqual(["A number for an id", "Twice", "Twice (2)"]);
  await one.tab.sync();
  expect(one.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
  await other.tab.sync();
  const titles = (await other.service.loadConversations()).map(({ title }) => String(title).length);
  expect(titles.sort((a, b) => a - b)).toEqual([0, 5, 391]);
  const interactions = await other.service.loadInteractionsForConversation("WmsTS29ZzQrSUqTZX3kQ-");
  expect(interactions).toHaveLength(5);
  expect(interactions.find(({ id }) => id === "dRCocV9hYMiE4-q0uW8L0")).toMatchObject({
    prompt: { metadata: { attachedFiles: [{ contentBase64: PICTURE }] } },
  });
  const strict = device(env).then(({ service }) => service.importAllData(file, ALL, { strict: true }));
  await expect(strict).rejects.toMatchObject({ name: "BulkError" });
});

test("a row that the server would refuse is left out, and its stored row stays", async () => {
  const { service } = await device(environment());
  await service.saveConversation({ id: "c", title: "Before" });
  const conversations: unknown[] = [
    { id: "c", title: 7 },
    { id: "x".repeat(200), title: "Long id" },
    { id: "long", title: "x".repeat(10_001) },
    "no row",
    { id: {}, title: "No id" },
    { id: "d", title: "D" },
  ];
  const interactions = [
    { id: "large", conversationId: "d", index: 0, response: "x".repeat(5 * 1024 * 1024) },
    { id: "fits", conversationId: "d", index: 1, response: "x".repeat(2 * 1024 * 1024) },
  ];
  const file = { version: 1, exportedAt: "", conversations, interactions } as FullExportData;
  const { mended, skipped } = await service.importAllData(file, { importConversations: true });
  expect(mended).toEqual([]);
  expect(skipped.map(({ key, code }) => [key?.slice(0, 5) ?? null, code])).toEqual([
    ["c", "invalid_value"],
    ["xxxxx", "invalid_value"],
    ["long", "invalid_value"],
    [null, "invalid_type"],
    [null, "invalid_value"],
    ["large", "invalid_value"],
  ]);
  expect((await service.loadConversations()).map(({ id, title }) => [id, title]).sort()).toEqual([
    ["c", "Before"],
    ["d", "D"],
  ]);
  expect(await service.loadInteractionsForConversation("d")).toHaveLength(1);
});

test("a project is exported with the projects below it", async () => {
  const { service } = await device(environment());
  await service.importAllData(fileOf("old"), ALL);
  const project = await service.exportProjectData("SAoO4wA-MxE5vbFJKisu6");
  expect([project.conversations, project.children.length]).toEqual([[], 1]);
  const [below] = project.children;
  expect([below?.project.name, below?.conversations.length, below?.children]).toEqual(["Raised beds", 1, []]);
  expect(below?.interactions.length).toBeGreaterThan(3);
});

test("the marketplace follows the user, but for its indexes", async () => {
  const env = environment();
  const [one, other] = [await device(env), await device(env)];
  const url = "https://example.org/m.json";
  await one.service.saveMarketplaceSource({ id: "m", name: "M", url, headers: { "X-Key": "made-up" } });
  await one.service.saveMarketplaceIndex("m", { packages: ["a"] });
  await one.service.saveInstalledMarketplaceItem({ packageId: "x", sourceId: "m", enabled: true }, { files: [1] });
  await one.tab.sync();
  await other.tab.sync();
  const live = (name: string) => env.server.userData(EMAIL).live(name);
  expect([live("marketplaceSources").m, live("marketplaceIndexes")]).toEqual([{ name: "M", url }, {}]);
  expect(await other.service.loadMarketplaceSources()).toMatchObject([{ id: "m", url }]);
  expect(await other.service.loadMarketplaceIndex("m")).toBeNull();
  expect(await other.service.loadInstalledMarketplacePackage("x")).toEqual({ files: [1] });
  expect(await one.service.loadMarketplaceSources()).toMatchObject([{ headers: { "X-Key": "made-up" } }]);
  await other.service.deleteMarketplaceSource("m");
  await other.tab.sync();
  await one.tab.sync();
  expect(await one.service.loadInstalledMarketplaceItems()).toMatchObject([{ packageId: "x", sourceId: null }]);
});

test("settings that the application names stay on the device, and a cleared setting is gone everywhere", async () => {
  const env = environment();
  const options = { deviceSettings: ["renderFps"] };
  const [one, other] = [await device(env, options), await device(env, options)];
  await one.service.saveSetting("renderFps", 15);
  await one.service.saveSetting("theme", "dark");
  await one.tab.sync();
  await other.tab.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("settings"))).toEqual(["theme"]);
  expect([await other.service.loadSetting("renderFps", 30), await other.service.loadSetting("theme", "light")]).toEqual(
    [30, "dark"],
  );
  await other.service.saveSetting("theme", undefined);
  await other.tab.landfall.collections.settings.put({ key: "language" });
  await other.tab.sync();
  expect(other.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
  await one.tab.sync();
  expect([await one.service.loadSetting("theme", "light"), await one.service.loadSetting("language", "en")]).toEqual([
    "light",
    "en",
  ]);
  expect(await one.service.loadSetting("renderFps", 30)).toBe(15);
});

test("a project, a conversation and a list of conversations are added, also signed out, and remove nothing", async () => {
  const env = environment();
  const tab = env.browser().tab();
  const service = createPersistenceService(tab.landfall);
  onTestFinished(() => service.close());
  await service.saveConversation({ id: "kept", title: "Kept" });
  await service.saveTag({ id: "t", name: "Kept" });
  const chat = (id: string, projectId: string | null = null) => ({
    conversation: { id, title: id.toUpperCase(), projectId },
    interactions: [{ id: `i-${id}`, conversationId: id, index: 0, prompt: null, response: "Six." }],
  });
  const odd = { conversation: "no row", interactions: [] } as unknown as ConversationData;
  const project = (id: string, parentId: string | null) => ({ id, name: id, path: `/${id}`, parentId });
  const inner = { project: project("p2", "p1"), children: [chat("c1", "p2")] };
  const tree = { project: project("p1", null), children: [inner, chat("c2", "p1")] };
  expect(await service.importAllData(tree)).toEqual({ mended: [], skipped: [] });
  await service.importAllData(chat("c3"), ALL);
  expect(await service.importAllData([chat("c4"), odd], ALL)).toMatchObject({
    skipped: [{ table: "conversations", code: "invalid_type" }],
  });
  // What the service has exported of a project comes back too.
  await service.importAllData(await service.exportProjectData("p1"), ALL);
  expect((await service.loadConversations()).map(({ id }) => id).sort()).toEqual(["c1", "c2", "c3", "c4", "kept"]);
  expect((await service.loadProjects()).map(({ id, parentId }) => [id, parentId]).sort()).toEqual([
    ["p1", null],
    ["p2", "p1"],
  ]);
  expect(await service.loadInteractionsForConversation("c1")).toMatchObject([{ response: "Six." }]);
  expect(await service.loadTags()).toHaveLength(1);
  for (const other of [[], {}, { version: 2, conversations: [] }, [chat("c5"), "text"]])
    await expect(service.importAllData(other as unknown as FullExportData, ALL)).rejects.toThrow("no export");
});
