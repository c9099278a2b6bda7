// The tables and indexes that the source documents name are in the schema of a user's database (docs/specs-coverage.md).

import { expect, test } from "vitest";
import { generatedStores } from "../../src/generated/tables.gen";
import { assetStores } from "../../src/kinds/assets/tables";
import { currentSchema } from "../../src/store/schema";
import { deviceStores } from "../../src/store/tables";

/** Each table with its primary key and then its indexes. `key` of the outbox is the document's `assetId`. */
const NAMED: Record<string, string> = {
  // The chat and file documents.
  chatSessions: "id, projectId, updatedAt",
  chatMessages: "id, sessionId, [sessionId+createdAt]",
  assets: "id, projectId, uploadStatus",
  assetMetadata: "id, projectId, storageUrl",
  syncQueue: "id, key, status, [status+nextRetryAt]",
  // The document of conversations on the device.
  conversations: "id, title, createdAt, updatedAt, syncRepoId, lastSyncedAt, projectId",
  interactions: "id, conversationId, index, type, status, startedAt, parentId, rating, createdAt, endedAt",
  projects: "id, name, parentId, createdAt, updatedAt",
  mods: "id, name, loadOrder",
  appState: "key",
  providerConfigs: "id, name, type, apiKeyId",
  apiKeys: "id, name",
  syncRepos: "id, name, remoteUrl, username",
  rules: "id, name, type, createdAt, updatedAt, description",
  tags: "id, name, createdAt, updatedAt",
  tagRuleLinks: "id, tagId, ruleId, [tagId+ruleId]",
  promptTemplates: "id, name, createdAt, updatedAt",
  workflows: "id, name, createdAt, updatedAt",
  marketplaceSources: "id, name, url, createdAt, lastRefreshed",
  marketplaceIndexes: "sourceId, cachedAt, expiresAt",
  installedMarketplaceItems: "packageId, sourceId, installedAt",
  // The document of the assistant market.
  assistants: "id, status, author, createdAt",
};

test("every table that the documents name has their primary key and their indexes", () => {
  const { stores } = currentSchema([generatedStores, deviceStores, assetStores]);
  const parts = (store: string | null | undefined) => (store ?? "").split(", ");
  for (const [table, named] of Object.entries(NAMED)) {
    const [key, ...indexes] = parts(named);
    const [storedKey, ...storedIndexes] = parts(stores[table]);
    expect([table, storedKey]).toEqual([table, key]);
    expect(
      indexes.filter((index) => !storedIndexes.includes(index)),
      table,
    ).toEqual([]);
  }
});
