// LiteChat's persistence service on two devices: stores are loaded once and save whole rows ever after, and nothing is lost or brought back.

import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createPersistenceService,
  type FullExportData,
  liteChatOptions,
  type PersistenceService,
  type RemoteChange,
} from "../../src/compat/litechat";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

interface Device {
  tab: Tab;
  service: PersistenceService;
  changes: RemoteChange[];
}

function serviceOf(tab: Tab): PersistenceService {
  const service = createPersistenceService(tab.landfall);
  onTestFinished(() => service.close());
  return service;
}

async function twoDevices(): Promise<{
  env: TestEnvironment;
  one: Device;
  other: Device;
  sync: (...devices: Device[]) => Promise<void>;
}> {
  const env = new TestEnvironment();
  env.options = liteChatOptions;
  const open = async (): Promise<Device> => {
    const tab = await env.signedInTab();
    const service = serviceOf(tab);
    const changes: RemoteChange[] = [];
    service.onRemoteChange((change) => changes.push(change));
    return { tab, service, changes };
  };
  const [one, other] = [await open(), await open()];
  /** Each pushes and pulls, in turn. */
  const sync = async (...devices: Device[]) => {
    for (const { tab } of devices.length > 0 ? devices : [one, other]) await tab.sync();
  };
  return { env, one, other, sync };
}

const live = (env: TestEnvironment, name: string) => env.server.userData(EMAIL).live(name);

describe("a whole-row save", () => {
  test("brings no old value back, on neither device", async () => {
    const { env, one, other, sync } = await twoDevices();
    const row = { id: "c", title: "Old", metadata: { tools: ["a"], steps: 1 } };
    await one.service.saveConversation(row);
    await sync();
    const [store] = await other.service.loadConversations();
    await one.service.saveConversation({ ...row, title: "New", metadata: { ...row.metadata, steps: 2 } });
    await sync();
    // The other device's store still has the old title, in every save.
    const later = { ...store, metadata: { tools: ["a", "b"], steps: 1 } };
    for (const updatedAt of [new Date(1000), new Date(2000)])
      await other.service.saveConversation({ ...structuredClone(later), updatedAt });
    await sync(other, one);
    const expected = { title: "New", metadata: { tools: ["a", "b"], steps: 2 } };
    expect(live(env, "conversations").c).toMatchObject(expected);
    expect(await one.service.loadConversations()).toMatchObject([expected]);
  });

  test("brings no old value back after an export, which leaves the application's stores as they are", async () => {
    const { env, one, other, sync } = await twoDevices();
    await one.service.saveConversation({ id: "c", title: "Old" });
    await sync();
    const [store] = await other.service.loadConversations();
    await one.service.saveConversation({ id: "c", title: "New" });
    await sync();
    const exported = await other.service.exportAllData();
    expect(exported.conversations).toMatchObject([{ title: "New" }]);
    expect((await other.service.exportConversationData("c")).conversation).toMatchObject({ title: "New" });
    await other.service.saveConversation({ ...store, isStarred: true });
    await sync(other, one);
    expect(live(env, "conversations").c).toMatchObject({ title: "New", isStarred: true });
  });

  test("of a row that was loaded again sets an old value on purpose", async () => {
    const { one } = await twoDevices();
    const row = { id: "t", name: "Old" };
    await one.service.saveTag(row);
    await one.service.saveTag({ ...row, name: "New" });
    const [fresh] = await one.service.loadTags();
    await one.service.saveTag({ ...fresh, name: "Old" });
    expect(await one.service.loadTags()).toEqual([row]);
  });

  test("sends nothing if nothing has changed, and what was taken out is gone", async () => {
    const { env, one, sync } = await twoDevices();
    await one.service.saveRule({ id: "r", name: "R", content: "c", description: "d" });
    await sync(one);
    const [rule] = await one.service.loadRules();
    const pushes = env.server.pushed().length;
    await one.service.saveRule(structuredClone(rule ?? {}));
    await sync(one);
    expect(env.server.pushed().slice(pushes).flat()).toEqual([]);
    const { description: _description, ...without } = rule ?? {};
    await one.service.saveRule(without);
    await sync(one);
    expect(live(env, "rules").r).toEqual({ name: "R", content: "c" });
  });

  test("of settings and projects merges what both have changed in them", async () => {
    const { env, one, other, sync } = await twoDevices();
    await one.service.saveSetting("shortcuts", { a: 1, b: 1 });
    await one.service.saveProject({ id: "p", path: "/p", name: "P", parentId: null, temperature: 1, topK: 1 });
    await sync();
    await other.service.loadSetting("shortcuts", {});
    const [project] = await other.service.loadProjects();
    await one.tab.landfall.connectivity.simulateOffline(true);
    await one.service.saveSetting("shortcuts", { a: 2, b: 1 });
    await one.service.saveProject({ id: "p", path: "/p", name: "P", parentId: null, temperature: 2, topK: 1 });
    await other.service.saveSetting("shortcuts", { a: 1, b: 2 });
    await other.service.saveProject({ ...project, topK: 2 });
    await other.tab.sync();
    await one.tab.landfall.connectivity.simulateOffline(false);
    await sync(one, other);
    expect(live(env, "settings").shortcuts).toEqual({ value: { a: 2, b: 2 } });
    expect(live(env, "projects").p).toMatchObject({ data: { temperature: 2, topK: 2 } });
    expect(await other.service.loadProjects()).toMatchObject([{ temperature: 2, topK: 2 }]);
  });

  test("of a row that another device has deleted brings it back only if it was changed", async () => {
    const { env, one, other, sync } = await twoDevices();
    await one.service.saveTag({ id: "a", name: "A" });
    await one.service.saveTag({ id: "b", name: "B" });
    await sync();
    const [a, b] = await other.service.loadTags();
    await one.service.deleteTag("a");
    await one.service.deleteTag("b");
    await sync();
    await other.service.saveTag({ ...a });
    await other.service.saveTag({ ...b, description: "changed" });
    await sync(other, one);
    expect(Object.keys(live(env, "tags"))).toEqual(["b"]);
    expect((await one.service.loadTags()).map(({ id }) => id)).toEqual(["b"]);
  });
});

test("an interaction without its conversation stays on the device until the conversation is there", async () => {
  const { env, one, sync } = await twoDevices();
  await one.service.saveInteraction({ id: "i", conversationId: "c", index: 0, response: "orphan" });
  await sync(one);
  expect(live(env, "interactions")).toEqual({});
  expect(one.tab.landfall.sync.status.get()).toMatchObject({ state: "synced", failed: 0 });
  await one.service.saveConversation({ id: "c", title: "C" });
  await sync(one);
  expect(Object.keys(live(env, "interactions"))).toEqual(["i"]);
});

test("secrets stay on the device, and everything beside them syncs", async () => {
  const { env, one, other, sync } = await twoDevices();
  const servers = [
    {
      id: "m",
      name: "M",
      url: "https://mcp.example/6f1c2a34-8b9d-4e5f-a012-3456789abcde",
      headers: { "X-Key": "made-up" },
    },
    { id: "n", name: "N", url: "http://localhost:1", headers: {} },
  ];
  await one.service.saveApiKey({ id: "k", name: "K", value: "made-up" });
  await one.service.saveSyncRepo({
    id: "s",
    name: "S",
    remoteUrl: "https://ines:made-up@example.org/n.git",
    password: "made-up",
  });
  await one.service.saveSetting("gitGlobalPat", "made-up");
  await one.service.saveSetting("mcpServers", servers);
  await one.service.saveSetting("shortcut", { key: "Enter", maxTokens: 5 });
  await sync();
  const sent = JSON.stringify(env.server.received.map(({ body }) => body));
  expect(sent).not.toContain("made-up");
  expect(sent).not.toContain("6f1c2a34");
  expect(live(env, "syncRepos").s).toMatchObject({ name: "S", remoteUrl: "https://example.org/n.git" });
  expect(live(env, "settings").shortcut).toEqual({ value: { key: "Enter", maxTokens: 5 } });
  expect(await other.service.loadApiKeys()).toEqual([]);
  expect(await other.service.loadSetting("gitGlobalPat", null)).toBeNull();
  const theirs = (await other.service.loadSetting("mcpServers", [])) as typeof servers;
  expect(theirs.map(({ id, url }) => [id, url])).toEqual([
    ["m", "https://mcp.example"],
    ["n", "http://localhost:1"],
  ]);
  // Another device reorders and renames, and the secrets are still those of their servers.
  await other.service.saveSetting("mcpServers", [theirs[1], { ...theirs[0], name: "Renamed" }]);
  await sync(other, one);
  expect(await one.service.loadSetting("mcpServers", [])).toEqual([servers[1], { ...servers[0], name: "Renamed" }]);
  expect(await one.service.loadSyncRepos()).toMatchObject([
    { remoteUrl: "https://ines:made-up@example.org/n.git", password: "made-up" },
  ]);
  expect(await one.service.loadSetting("gitGlobalPat", null)).toBe("made-up");
  const { settings, mcpServers } = await one.service.exportAllData();
  expect(Object.keys(settings ?? {}).sort()).toEqual(["gitGlobalPat", "shortcut"]);
  expect(mcpServers).toHaveLength(2);
  await one.service.deleteSyncRepo("s");
  const left = await one.tab.landfall.collections.settings.list();
  expect(left.map(({ key }) => key).filter((key) => key.includes("syncRepos"))).toEqual([]);
});

describe("onRemoteChange", () => {
  test("tells what another device has changed, once, and no save of its own", async () => {
    const { one, other, sync } = await twoDevices();
    await one.service.saveRule({ id: "r", name: "R", content: "c" });
    await one.service.saveConversation({ id: "c", title: "C" });
    await one.service.saveInteraction({ id: "i", conversationId: "c", index: 0, response: "" });
    await sync();
    await until(() => other.changes.some(({ tables }) => tables.includes("interactions")), "the change");
    const tables = new Set(other.changes.flatMap((change) => change.tables));
    expect([...tables].sort()).toEqual(["conversations", "interactions", "rules"]);
    expect(other.changes.flatMap(({ conversationIds }) => conversationIds)).toEqual(["c"]);
    const [rule] = await other.service.loadRules();
    await other.service.loadConversations();
    await other.service.loadInteractionsForConversation("c");
    other.changes.length = 0;
    await other.service.saveRule({ ...rule, content: "mine" });
    await sync(other, one);
    await other.service.loadMods();
    expect(other.changes).toEqual([]);
    await until(() => one.changes.length > 0, "the rule of the other device");
    expect(one.changes.map(({ keys }) => keys)).toEqual([{ rules: ["r"] }]);
  });

  test("tells another tab of the browser, and deletes", async () => {
    const { one } = await twoDevices();
    await one.service.saveTag({ id: "t", name: "T" });
    const tab = one.tab.browser.tab();
    const service = serviceOf(tab);
    await service.loadTags();
    const changes: RemoteChange[] = [];
    const stop = service.onRemoteChange((change) => changes.push(change));
    await one.service.deleteTag("t");
    await until(() => changes.length > 0, "the delete");
    expect(changes).toMatchObject([{ tables: ["tags"], keys: { tags: ["t"] }, everything: false }]);
    stop();
    await one.service.saveTag({ id: "u", name: "U" });
    await service.loadTags();
    expect(changes).toHaveLength(1);
  });
});

describe("files", () => {
  const file = (): FullExportData => ({
    version: 1,
    exportedAt: "2026-05-01T00:00:00.000Z",
    settings: { theme: null, gitGlobalPat: "made-up" },
    conversations: [
      {
        id: "c",
        title: "C",
        createdAt: "2026-05-01T00:00:00.000Z",
        updatedAt: "2026-05-02T00:00:00.000Z",
        projectId: "p",
      },
    ],
    interactions: [
      { id: "i", conversationId: "c", index: 0, response: "yes" },
      { id: "o", conversationId: "gone", index: 0, response: "orphan" },
    ],
    projects: [
      { id: "q", path: "/p/q", name: "Q", parentId: "p" },
      { id: "p", path: "/p", name: "P", parentId: null },
    ],
    rules: [{ id: "r", name: "R", content: "c" }],
    tags: [{ id: "t", name: "T" }],
    tagRuleLinks: [{ id: "t-r", tagId: "t", ruleId: "r" }],
    promptTemplates: [{ name: "No id", prompt: "x" }],
    agents: [{ id: "a", name: "Agent", prompt: "y", type: "agent" }],
    mcpServers: [{ id: "m", name: "M", url: "http://localhost:1" }],
    workflows: [{ id: "w", name: "W", steps: [] }],
    syncRepos: [{ id: "s", name: "S", remoteUrl: "https://example.org/s.git", password: "made-up" }],
    apiKeys: [{ id: "k", name: "K", value: "made-up" }],
  });
  const all = Object.fromEntries(
    ["Settings", "ApiKeys", "ProviderConfigs", "Projects", "Conversations", "RulesAndTags", "Mods"]
      .concat(["SyncRepos", "McpServers", "PromptTemplates", "Agents", "Workflows"])
      .map((section) => [`import${section}`, true]),
  );

  test("of a full export come back, on both devices", async () => {
    const { env, one, other, sync } = await twoDevices();
    await one.service.saveRule({ id: "old", name: "Old", content: "c" });
    await one.service.savePromptTemplate({ id: "task", name: "Task", prompt: "p", type: "task" });
    await one.service.importAllData(file(), all);
    const exported = JSON.parse(JSON.stringify(await one.service.exportAllData()));
    expect(exported.rules).toEqual(file().rules);
    expect(
      exported.projects.map(({ id, parentId }: { id: string; parentId: string }) => [id, parentId]).sort(),
    ).toEqual([
      ["p", null],
      ["q", "p"],
    ]);
    expect(exported.settings).toEqual(file().settings);
    expect(exported.conversations).toEqual(file().conversations);
    expect(exported.interactions).toEqual(file().interactions);
    expect(exported.agents.map(({ id }: { id: string }) => id).sort()).toEqual(["a", "task"]);
    expect(exported.promptTemplates).toMatchObject([{ name: "No id" }]);
    for (const section of ["mcpServers", "workflows", "syncRepos", "apiKeys", "tagRuleLinks"] as const)
      expect(exported[section]).toEqual(file()[section]);
    await sync();
    expect(JSON.stringify(env.server.received.map(({ body }) => body))).not.toContain("made-up");
    const there = await other.service.exportAllData();
    expect([there.rules, there.workflows]).toEqual([file().rules, file().workflows]);
    expect(there.interactions).toMatchObject([{ id: "i" }]);
    const { conversation, interactions } = await other.service.exportConversationData("c");
    expect([conversation.title, interactions.length]).toEqual(["C", 1]);
    expect((await other.service.exportProjectData("p")).conversations).toHaveLength(1);
  });

  test("of one conversation have its interactions by index, and of one project its conversations with theirs", async () => {
    const { one, other, sync } = await twoDevices();
    const { service } = one;
    const times = { createdAt: new Date(1000), updatedAt: new Date(2000) };
    await service.saveProject({ id: "p", path: "/p", name: "P", parentId: null, ...times });
    await service.saveProject({ id: "q", path: "/p/q", name: "Q", parentId: "p", ...times });
    for (const [id, projectId] of [
      ["a", "p"],
      ["b", "q"],
      ["c", "p"],
      ["d", null],
    ] as const)
      await service.saveConversation({ id, title: id, projectId, ...times });
    for (const [id, conversationId, index] of [
      ["1", "a", 2],
      ["2", "a", -1],
      ["3", "b", 0],
      ["4", "c", 0],
      ["5", "d", 0],
    ] as const)
      await service.saveInteraction({ id, conversationId, index, parentId: null, startedAt: new Date(index + 3000) });
    await sync();
    for (const device of [one, other]) {
      const { conversation, interactions } = await device.service.exportConversationData("a");
      expect(conversation).toMatchObject({ id: "a", title: "a", projectId: "p", ...times });
      expect(interactions.map(({ id, startedAt }) => [id, startedAt])).toEqual([
        ["2", new Date(2999)],
        ["1", new Date(3002)],
      ]);
      const file = await device.service.exportProjectData("p");
      expect(file.project).toMatchObject({ id: "p", path: "/p", name: "P", ...times });
      expect(file.conversations.map(({ id }) => id).sort()).toEqual(["a", "c"]);
      expect(file.interactions.map(({ id }) => id).sort()).toEqual(["1", "2", "4"]);
    }
    await expect(service.exportConversationData("nowhere")).rejects.toMatchObject({ code: "not_found" });
    await expect(service.exportProjectData("nowhere")).rejects.toMatchObject({ code: "not_found" });
  });

  test("replace the sections with a flag, also those that they lack, or change nothing", async () => {
    const { one } = await twoDevices();
    const { service } = one;
    await service.importAllData(file(), all);
    await service.importAllData({ version: 1, exportedAt: "" }, { importRulesAndTags: true, importAgents: true });
    const { rules, tags, agents, workflows } = await service.exportAllData();
    expect([rules, tags]).toEqual([[], []]);
    expect([agents?.length, workflows?.length]).toEqual([1, 1]);
    const twice = { ...file(), rules: [1, 2].map((id) => ({ id: `${id}`, name: "Same", content: "c" })) };
    await expect(service.importAllData(twice, all, { strict: true })).rejects.toMatchObject({ name: "BulkError" });
    await expect(service.importAllData({ ...file(), version: 2 }, all)).rejects.toThrow("version 1");
    expect((await service.exportAllData()).workflows).toHaveLength(1);
    expect(Object.keys(await service.getAllDataForExport({ importMods: true }))).toEqual([
      "version",
      "exportedAt",
      "mods",
    ]);
    const seen: unknown[] = [];
    await service.each("interactions", ({ id }) => seen.push(id), { conversationId: "c" });
    await service.each("projects", ({ id }) => seen.push(id));
    expect(seen.sort()).toEqual(["i", "p", "q"]);
  });
});

test("the service has every method of the application", async () => {
  const { one } = await twoDevices();
  const page = readFileSync(new URL("../../src/compat/litechat/types.ts", import.meta.url), "utf8");
  const declared = [...page.matchAll(/^ {2}(\w+)(?:<V>)?\(/gm)].map(([, name]) => name ?? "");
  expect(declared.filter((name) => typeof one.service[name as keyof PersistenceService] !== "function")).toEqual([]);
  expect(declared.length).toBe(62);
});
