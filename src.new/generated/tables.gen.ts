// Written by `npm run generate` from the x-indexeddb marks of the OpenAPI document. Not for editing.

import type { ApiKey, Asset, Assistant, ChatMessage, ChatSession, Conversation, InstalledMarketplaceItem, Interaction, MarketplaceIndex, MarketplaceSource, Mod, Project, PromptTemplate, ProviderConfig, Rule, Setting, SyncRepo, Tag, TagRuleLink, Workflow } from "./types.gen";

/** Every table that the server's document declares: its row and the type of its key. */
export interface GeneratedTables {
  apiKeys: { row: ApiKey; key: ApiKey["id"] };
  assetMetadata: { row: Asset; key: Asset["id"] };
  assistants: { row: Assistant; key: Assistant["id"] };
  chatMessages: { row: ChatMessage; key: ChatMessage["id"] };
  chatSessions: { row: ChatSession; key: ChatSession["id"] };
  conversations: { row: Conversation; key: Conversation["id"] };
  installedMarketplaceItems: { row: InstalledMarketplaceItem; key: InstalledMarketplaceItem["packageId"] };
  interactions: { row: Interaction; key: Interaction["id"] };
  marketplaceIndexes: { row: MarketplaceIndex; key: MarketplaceIndex["sourceId"] };
  marketplaceSources: { row: MarketplaceSource; key: MarketplaceSource["id"] };
  mods: { row: Mod; key: Mod["id"] };
  projects: { row: Project; key: Project["id"] };
  promptTemplates: { row: PromptTemplate; key: PromptTemplate["id"] };
  providerConfigs: { row: ProviderConfig; key: ProviderConfig["id"] };
  rules: { row: Rule; key: Rule["id"] };
  settings: { row: Setting; key: Setting["key"] };
  syncRepos: { row: SyncRepo; key: SyncRepo["id"] };
  tagRuleLinks: { row: TagRuleLink; key: TagRuleLink["id"] };
  tags: { row: Tag; key: Tag["id"] };
  workflows: { row: Workflow; key: Workflow["id"] };
}

/** Dexie's `stores`, oldest first; the last entry is the current schema. Earlier ones have only tables that were dropped since. */
export const generatedStores: ReadonlyArray<Readonly<Record<string, string>>> = [
  {
  },
  {
  },
  {
    apiKeys: "id, name",
    assetMetadata: "id, projectId, storageUrl, uploadStatus, updatedAt",
    assistants: "id, tempId, status, author, createdAt, updatedAt",
    chatMessages: "id, sessionId, [sessionId+createdAt], [sessionId+position]",
    chatSessions: "id, projectId, updatedAt",
    conversations: "id, title, projectId, syncRepoId, lastSyncedAt, createdAt, updatedAt",
    installedMarketplaceItems: "packageId, sourceId, installedAt",
    interactions: "id, conversationId, index, type, status, parentId, rating, createdAt, startedAt, endedAt",
    marketplaceIndexes: "sourceId, cachedAt, expiresAt",
    marketplaceSources: "id, name, url, createdAt, lastRefreshed",
    mods: "id, name, loadOrder",
    projects: "id, name, parentId, createdAt, updatedAt",
    promptTemplates: "id, name, createdAt, updatedAt",
    providerConfigs: "id, name, type, apiKeyId",
    rules: "id, name, type, description, createdAt, updatedAt",
    settings: "key",
    syncRepos: "id, name, remoteUrl, username",
    tagRuleLinks: "id, tagId, ruleId, [tagId+ruleId]",
    tags: "id, name, createdAt, updatedAt",
    workflows: "id, name, createdAt, updatedAt",
  },
];

/** The declared collections and their rules, by name. */
export const generatedCollections = {
  "apiKeys": {"direction":"device-only","unique":["name"]},
  "conversations": {"references":[{"collection":"projects","member":"projectId","required":false,"onDelete":"unlink"},{"collection":"syncRepos","member":"syncRepoId","required":false,"onDelete":"unlink"}]},
  "installedMarketplaceItems": {"key":"packageId","references":[{"collection":"marketplaceSources","member":"sourceId","required":false,"onDelete":"unlink"}]},
  "interactions": {"references":[{"collection":"conversations","member":"conversationId","required":true,"onDelete":"cascade"}]},
  "marketplaceIndexes": {"key":"sourceId","direction":"device-only"},
  "marketplaceSources": {"unique":["name"]},
  "mods": {"unique":["name"]},
  "promptTemplates": {"unique":["name"]},
  "providerConfigs": {"unique":["name"],"references":[{"collection":"apiKeys","member":"apiKeyId","required":false,"onDelete":"unlink"}]},
  "rules": {"unique":["name"]},
  "settings": {"key":"key"},
  "syncRepos": {"unique":["name"]},
  "tagRuleLinks": {"unique":["tagId","ruleId"],"references":[{"collection":"tags","member":"tagId","required":true,"onDelete":"cascade"},{"collection":"rules","member":"ruleId","required":true,"onDelete":"cascade"}]},
  "tags": {"unique":["name"]},
  "workflows": {"unique":["name"]},
} as const;
