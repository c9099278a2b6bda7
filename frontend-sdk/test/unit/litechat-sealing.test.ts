// LiteChat's secrets with a passphrase: they reach the second device, and stay where they are without one.

import { expect, onTestFinished, test } from "vitest";
import {
  createPersistenceService,
  liteChatOptions,
  type PersistenceService,
  type RemoteChange,
} from "../../src/compat/litechat";
import { ClientSealing } from "../../src/sealing/sealing";
import type { Sealing } from "../../src/types";
import { EMAIL, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const PHRASE = "correct horse battery";
const SERVERS = [
  { id: "m", name: "M", url: "https://mcp.example/s?key=canary-url", headers: { "X-Key": "canary-header" } },
  { id: "n", name: "N", url: "http://localhost:1", headers: {} },
];
const KEY = { id: "k", name: "K", value: "canary-key", providerId: "p" };
const REPO = { id: "s", name: "S", remoteUrl: "https://ines:canary-url@example.org/n.git", password: "canary-pass" };

interface Device {
  tab: Tab;
  sealing: Sealing;
  service: PersistenceService;
  changes: RemoteChange[];
}

async function open(env: TestEnvironment, collections: readonly string[] = []): Promise<Device> {
  const sealing = new ClientSealing({ argon2: { iterations: 1, memoryKiB: 8, parallelism: 1 }, collections });
  env.options = { ...liteChatOptions, sealing };
  const tab = await env.signedInTab();
  const service = createPersistenceService(tab.landfall);
  onTestFinished(() => service.close());
  const changes: RemoteChange[] = [];
  service.onRemoteChange((change) => changes.push(change));
  return { tab, sealing, service, changes };
}

async function save({ service }: Device): Promise<void> {
  await service.saveApiKey(KEY);
  await service.saveSyncRepo(REPO);
  await service.saveSetting("gitGlobalPat", "canary-pat");
  await service.saveSetting("mcpServers", SERVERS);
}

/** The rows as the application gets them. */
async function loaded({ service }: Device) {
  return {
    keys: await service.loadApiKeys(),
    repos: await service.loadSyncRepos(),
    pat: await service.loadSetting("gitGlobalPat", null),
    servers: await service.loadSetting("mcpServers", []),
  };
}

const ALL = { keys: [KEY], repos: [REPO], pat: "canary-pat", servers: SERVERS };

test("secrets that were saved before the passphrase and after it reach the second device", async () => {
  const env = new TestEnvironment();
  const one = await open(env);
  await save(one);
  await one.tab.sync();
  expect(Object.keys(env.server.userData(EMAIL).live("settings"))).toEqual(["mcpServers"]);
  await one.sealing.setUp(PHRASE);
  await one.service.loadTags();
  await one.tab.sync();
  const other = await open(env);
  await other.tab.sync();
  const without = await loaded(other);
  expect(JSON.stringify(without)).not.toContain("canary");
  expect(without).toMatchObject({ keys: [], repos: [{ name: "S" }], pat: null, servers: [{ id: "m" }, { id: "n" }] });

  other.changes.length = 0;
  await other.sealing.unlock(PHRASE);
  await other.tab.sync();
  expect(await loaded(other)).toMatchObject(ALL);
  await until(() => other.changes.some(({ tables }) => tables.includes("syncRepos")), "news of the secrets");

  await other.service.saveSyncRepo({ ...(await other.service.loadSyncRepos())[0], password: "canary-next" });
  await other.tab.sync();
  await one.tab.sync();
  expect(await one.service.loadSyncRepos()).toMatchObject([{ password: "canary-next" }]);
  await until(() => one.changes.some(({ keys }) => keys.syncRepos?.includes("s")), "news of the row");
  const { userData } = { userData: env.server.userData(EMAIL) };
  const stored = ["settings", "apiKeys", "syncRepos"].map((name) => userData.live(name));
  expect(JSON.stringify([stored, env.server.received])).not.toContain("canary");
});

test("saves of a device without the key take no secret away", async () => {
  const env = new TestEnvironment();
  const one = await open(env);
  await one.sealing.setUp(PHRASE);
  await save(one);
  await one.tab.sync();
  const other = await open(env);
  await other.tab.sync();
  // The application saves whole rows, which lack what it was not given.
  const [repo] = await other.service.loadSyncRepos();
  await other.service.saveSyncRepo({ ...repo, name: "Renamed" });
  const servers = (await other.service.loadSetting("mcpServers", [])) as typeof SERVERS;
  await other.service.saveSetting("mcpServers", [servers[1], servers[0]]);
  await other.service.clearTable("apiKeys");
  await other.tab.sync();
  await one.tab.sync();
  const expected = { ...ALL, repos: [{ ...REPO, name: "Renamed" }], servers: [SERVERS[1], SERVERS[0]] };
  expect(await loaded(one)).toMatchObject(expected);
  await other.sealing.unlock(PHRASE);
  await other.tab.sync();
  expect(await loaded(other)).toMatchObject(expected);
});

test("secrets that two devices had before become one list, and nobody is asked", async () => {
  const env = new TestEnvironment();
  const [one, other] = [await open(env), await open(env)];
  await save(one);
  await one.tab.sync();
  await other.tab.sync();
  await other.service.saveSyncRepo({ ...REPO, password: "canary-other" });
  await other.service.saveSetting("gitGlobalPat", "canary-other");
  await one.sealing.setUp(PHRASE);
  await one.tab.sync();
  await other.tab.sync();
  await other.sealing.unlock(PHRASE);
  for (const device of [other, one, other]) await device.tab.sync();
  for (const device of [one, other]) {
    expect((await loaded(device)).repos).toMatchObject([{ password: "canary-other", remoteUrl: REPO.remoteUrl }]);
    expect((await loaded(device)).pat).toBe("canary-other");
    expect(device.tab.landfall.sync.status.get()).toMatchObject({ conflicts: 0, failed: 0 });
  }
});

test("a file of another account replaces neither the record nor secrets of rows", async () => {
  const env = new TestEnvironment();
  const one = await open(env);
  await one.sealing.setUp(PHRASE);
  await save(one);
  await one.tab.sync();
  const record = env.server.userData(EMAIL).live("settings")["landfall:sealing"];
  const settings = {
    theme: "dark",
    "landfall:sealing": { v: 1, kid: "of another account", slots: [] },
    "landfall:secret:syncRepos:s": [{ id: '["password"]', path: ["password"], value: "of another account" }],
  };
  const file = { version: 1, exportedAt: "", settings } as const;
  const flags = { importSettings: true };
  await expect(one.service.importAllData(file, flags, { strict: true })).rejects.toMatchObject({
    code: "invalid_input",
  });
  const report = await one.service.importAllData(file, flags);
  expect(report.skipped).toEqual(
    ["landfall:sealing", "landfall:secret:syncRepos:s"].map((key) => ({
      table: "appState",
      key,
      code: "invalid_value",
      detail: "Keys with landfall: are reserved.",
    })),
  );
  await one.tab.sync();
  expect(await one.service.loadSetting("theme", null)).toBe("dark");
  expect(await one.service.loadSyncRepos()).toMatchObject([{ password: "canary-pass" }]);
  expect(env.server.userData(EMAIL).live("settings")["landfall:sealing"]).toEqual(record);
  expect(one.sealing.state.get()).toBe("open");
});

test("a file has what is sealed opened, or not at all", async () => {
  const env = new TestEnvironment();
  const whole = ["rules", "conversations"];
  const one = await open(env, whole);
  await one.sealing.setUp(PHRASE);
  await save(one);
  await one.service.saveSetting("theme", "dark");
  await one.service.saveProviderConfig({ id: "p", name: "P", type: "t", apiKey: "canary-config" });
  await one.service.saveRule({ id: "r", name: "Sealed", content: "canary-rule" });
  // As an import stores it.
  const { syncRepos } = one.tab.landfall.collections;
  await syncRepos.put({ ...REPO, id: "t", name: "T" } as unknown as Parameters<typeof syncRepos.put>[0]);
  await one.service.saveConversation({ id: "c", title: "canary-title" });
  await one.service.saveInteraction({ id: "i", conversationId: "c", index: 0, response: "Six." });
  await one.tab.sync();
  const other = await open(env, whole);
  await other.tab.sync();
  const locked = await other.service.exportAllData();
  expect(locked).toMatchObject({
    apiKeys: [],
    mcpServers: [{ id: "m", name: "M", url: "https://mcp.example/s" }, SERVERS[1]],
    rules: [],
    conversations: [],
    settings: { theme: "dark" },
  });
  const remoteUrl = "https://example.org/n.git";
  expect(locked.syncRepos).toMatchObject([
    { id: "s", remoteUrl },
    { id: "t", remoteUrl },
  ]);
  expect(locked.providerConfigs).toEqual([expect.objectContaining({ id: "p", name: "P" })]);
  expect(Object.keys(locked.settings ?? {})).toEqual(["theme"]);
  for (const text of ["A256GCM", "ciphertext", "sealed-", "canary"]) expect(JSON.stringify(locked)).not.toContain(text);

  await other.sealing.unlock(PHRASE);
  await other.tab.sync();
  const opened = await other.service.exportAllData();
  expect(opened).toMatchObject({
    ...{
      apiKeys: [KEY],
      syncRepos: [REPO, { ...REPO, id: "t", name: "T" }],
      mcpServers: SERVERS,
      settings: { gitGlobalPat: "canary-pat" },
    },
    ...{ rules: [{ content: "canary-rule" }], conversations: [{ title: "canary-title" }] },
    providerConfigs: [{ apiKey: "canary-config" }],
  });
  expect(JSON.stringify(opened)).not.toContain("A256GCM");
});
