// Databases as the earlier versions of the applications made them, with rows as these wrote them.

import { Dexie } from "dexie";
import type { Browser } from "./environment";

type Rows = Record<string, readonly object[]>;

export const LITECHAT = "LiteChatDatabase_Rewrite_v1";

const LITECHAT_TABLES = {
  conversations: "++id, title, createdAt, updatedAt, syncRepoId, lastSyncedAt, projectId",
  interactions: "++id, conversationId, index, type, status, startedAt, parentId, rating",
  mods: "++id, &name, enabled, loadOrder",
  appState: "&key",
  providerConfigs: "++id, &name, type, isEnabled, apiKeyId",
  apiKeys: "++id, &name",
  syncRepos: "++id, &name, remoteUrl, username",
  projects: "++id, &path, parentId, createdAt, updatedAt, name",
  rules: "++id, &name, type, createdAt, updatedAt, description",
  tags: "++id, &name, createdAt, updatedAt",
  tagRuleLinks: "++id, tagId, ruleId, &[tagId+ruleId]",
  promptTemplates: "++id, &name, createdAt, updatedAt, isPublic",
  workflows: "++id, &name, createdAt, updatedAt",
  marketplaceSources: "++id, &name, &url, enabled, createdAt, lastRefreshed",
  marketplaceIndexes: "sourceId, cachedAt, expiresAt",
  installedMarketplaceItems: "&packageId, sourceId, installedAt, enabled",
};

/** Adds rows to LiteChat's database, which is made at the first call. */
export async function fillLiteChat(browser: Browser, rows: Rows, name = LITECHAT): Promise<void> {
  await fill(browser, name, 12, LITECHAT_TABLES, rows);
}

/** AppFrames' own database. Rows of `appState` are [key, value]. */
export async function fillAppFrames(browser: Browser, rows: Rows): Promise<void> {
  const tables = { projects: "id", appState: "", mediaFiles: "id", syncState: "projectId" };
  await fill(browser, "AppFrames", 1, tables, rows);
}

/** The database of AppFrames' media library. */
export async function fillMediaLibrary(browser: Browser, assets: readonly object[]): Promise<void> {
  await fill(browser, "MediaLibrary", 1, { assets: "++id, createdAt" }, { assets });
}

async function fill(
  { storage }: Browser,
  name: string,
  version: number,
  tables: Record<string, string>,
  rows: Rows,
): Promise<void> {
  const db = new Dexie(name, storage);
  db.version(version).stores(tables);
  for (const [table, some] of Object.entries(rows)) {
    for (const row of some) {
      if (tables[table] === "") await db.table(table).put((row as [string, unknown])[1], (row as [string, unknown])[0]);
      else await db.table(table).put(structuredClone(row));
    }
  }
  db.close();
}

/** All rows of an old database, to see that nothing changes them. */
export async function rowsOf({ storage }: Browser, name: string): Promise<Record<string, unknown[]>> {
  const db = await new Dexie(name, storage).open();
  const all: Record<string, unknown[]> = {};
  for (const table of db.tables) all[table.name] = await table.toArray();
  db.close();
  return all;
}

export async function exists({ storage }: Browser, name: string): Promise<boolean> {
  return (await storage.indexedDB.databases()).some((one) => one.name === name);
}

/** The database of the assistant market's earlier client, version 2. */
export async function fillMarket(browser: Browser, rows: Rows): Promise<void> {
  const tables = {
    assistants: "id, status, author, createdAt, cachedAt",
    pending_assistants: "tempId, createdAt, retryCount",
  };
  await fill(browser, "AssistantMarketDB", 2, tables, rows);
}
