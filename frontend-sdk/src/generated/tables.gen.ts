// Written by `npm run generate` from the x-indexeddb marks of the OpenAPI document. Not for editing.

import type { ApiKey, Asset, Assistant, ChatMessage, ChatSession, Conversation, Interaction, Mod, Project, PromptTemplate, ProviderConfig, Rule, Setting, SyncRepo, Tag, TagRuleLink, Workflow } from "./types.gen";

/** Every table that the server's document declares: its row and the type of its key. */
export interface GeneratedTables {
  apiKeys: { row: ApiKey; key: ApiKey["id"] };
  assetMetadata: { row: Asset; key: Asset["id"] };
  assistants: { row: Assistant; key: Assistant["id"] };
  chatMessages: { row: ChatMessage; key: ChatMessage["id"] };
  chatSessions: { row: ChatSession; key: ChatSession["id"] };
  conversations: { row: Conversation; key: Conversation["id"] };
  interactions: { row: Interaction; key: Interaction["id"] };
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

/** Dexie's `stores`, oldest first; the last entry is the current schema. */
export const generatedStores: ReadonlyArray<Readonly<Record<string, string>>> = [
  {
    apiKeys: "id, name",
    assetMetadata: "id, projectId, storageUrl, uploadStatus, updatedAt",
    chatMessages: "id, sessionId, [sessionId+createdAt], [sessionId+position]",
    chatSessions: "id, projectId, updatedAt",
    conversations: "id, title, projectId, syncRepoId, createdAt, updatedAt",
    interactions: "id, conversationId, index, createdAt, startedAt, endedAt",
    mods: "id, name, loadOrder",
    projects: "id, name, parentId, createdAt, updatedAt",
    promptTemplates: "id, name, createdAt, updatedAt",
    providerConfigs: "id, name, type, apiKeyId",
    rules: "id, name, type, createdAt, updatedAt",
    settings: "key",
    syncRepos: "id, name, remoteUrl, username",
    tagRuleLinks: "id, tagId, ruleId, [tagId+ruleId]",
    tags: "id, name, createdAt, updatedAt",
    workflows: "id, name, createdAt, updatedAt",
  },
  {
    apiKeys: "id, name",
    assetMetadata: "id, projectId, storageUrl, uploadStatus, updatedAt",
    assistants: "id, tempId, status, author, createdAt, updatedAt",
    chatMessages: "id, sessionId, [sessionId+createdAt], [sessionId+position]",
    chatSessions: "id, projectId, updatedAt",
    conversations: "id, title, projectId, syncRepoId, createdAt, updatedAt",
    interactions: "id, conversationId, index, createdAt, startedAt, endedAt",
    mods: "id, name, loadOrder",
    projects: "id, name, parentId, createdAt, updatedAt",
    promptTemplates: "id, name, createdAt, updatedAt",
    providerConfigs: "id, name, type, apiKeyId",
    rules: "id, name, type, createdAt, updatedAt",
    settings: "key",
    syncRepos: "id, name, remoteUrl, username",
    tagRuleLinks: "id, tagId, ruleId, [tagId+ruleId]",
    tags: "id, name, createdAt, updatedAt",
    workflows: "id, name, createdAt, updatedAt",
  },
];

/** The declared collections and their rules, by name. */
export const generatedCollections = {
  "apiKeys": {"table":"apiKeys","key":"id","policy":"merge","direction":"device-only","unique":["name"],"references":[]},
  "conversations": {"table":"conversations","key":"id","policy":"merge","direction":"both","unique":[],"references":[{"collection":"projects","member":"projectId","onDelete":"unlink","required":false},{"collection":"syncRepos","member":"syncRepoId","onDelete":"unlink","required":false}]},
  "interactions": {"table":"interactions","key":"id","policy":"merge","direction":"both","unique":[],"references":[{"collection":"conversations","member":"conversationId","onDelete":"take-along","required":true}]},
  "mods": {"table":"mods","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
  "promptTemplates": {"table":"promptTemplates","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
  "providerConfigs": {"table":"providerConfigs","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[{"collection":"apiKeys","member":"apiKeyId","onDelete":"unlink","required":false}]},
  "rules": {"table":"rules","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
  "settings": {"table":"settings","key":"key","policy":"merge","direction":"both","unique":[],"references":[]},
  "syncRepos": {"table":"syncRepos","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
  "tagRuleLinks": {"table":"tagRuleLinks","key":"id","policy":"merge","direction":"both","unique":["tagId","ruleId"],"references":[{"collection":"tags","member":"tagId","onDelete":"take-along","required":true},{"collection":"rules","member":"ruleId","onDelete":"take-along","required":true}]},
  "tags": {"table":"tags","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
  "workflows": {"table":"workflows","key":"id","policy":"merge","direction":"both","unique":["name"],"references":[]},
} as const;
