// Written by `npm run generate` from the schemas of the OpenAPI document. Not for editing.

/** The rules of rows by the kind's name, and of objects in them by the schema's. codegen/rules.ts explains their notation. */
export const generatedRules: Readonly<Record<string, string>> = {
  "Sealed": "alg!=A256GCM;ciphertext!s22-;iv!s16-16;kdf?*;kid?s",
  "apiKeys": "createdAt?t;id!s1-128;name!s1-200;providerId?s;sealed!@Sealed;updatedAt?t",
  "assistants": "category?[s;desc?s1-200;emoji?s1-10;id?s21-21;isPublic?b;mutationId?s1-128;prompt?s1-2000;status?=draft|pending|published|rejected;tags?[s;tempId?s1-128;title?s1-100",
  "chatMessages": "content!s-1000000;createdAt!*;id?s1-128;metadata?o;role!=user|assistant|system|tool;sessionId?s;tempId?s1-128",
  "chatSessions": "id?s;metadata?o;projectId?s1-128;title?s1-200",
  "conversations": "createdAt?t;id!s1-128;lastSyncedAt?t;metadata?*;projectId?s1-128;syncRepoId?s1-128;title!s-10000;updatedAt?t",
  "installedMarketplaceItems": "enabled?b;installedAt?t;package?*;packageId!s1-128;sourceId?s1-128;updatedAt?t",
  "interactions": "conversationId!s1-128;createdAt?t;endedAt?t;id!s1-128;index!i;metadata?*;parentId?s;prompt?*;rating?n;response?*;startedAt?t;status?s;type?s",
  "marketplaceIndexes": "cachedAt?t;expiresAt?t;index?*;sourceId!s1-128",
  "marketplaceSources": "createdAt?t;description?s;enabled?b;id!s1-128;lastRefreshed?t;name!s1-200;updatedAt?t;url!s",
  "mods": "createdAt?t;enabled?b;id!s1-128;loadOrder?n;name!s1-200;scriptContent?s;sourceUrl?s;updatedAt?t",
  "projects": "baseRevision?i;clientUpdatedAt?t;data?o;mutationId?s1-128;name?s1-200;parentId?s1-128;thumbnailAssetId?s1-128",
  "promptTemplates": "createdAt?t;description?s;followUps?[s;id!s1-128;isPublic?b;name!s1-200;parentId?s;prompt!s;rules?[s;structuredOutput?*;tags?[s;tools?[s;type?s;updatedAt?t;variables?[*",
  "providerConfigs": "apiKeyId?s1-128;autoFetchModels?b;baseURL?s;createdAt?t;enabledModels?[s;fetchedModels?[*;id!s1-128;isEnabled?b;modelsLastFetchedAt?t;name!s1-200;sealed?@Sealed;type!s;updatedAt?t",
  "rules": "alwaysOn?b;content!s;createdAt?t;description?s;id!s1-128;name!s1-200;type?s;updatedAt?t",
  "settings": "key!s1-128;value?*",
  "syncRepos": "branch?s;createdAt?t;id!s1-128;lastPulledAt?t;lastPushedAt?t;lastSyncError?s;name!s1-200;remoteUrl!s;sealed?@Sealed;updatedAt?t;username?s",
  "tagRuleLinks": "id!s1-128;ruleId!s1-128;tagId!s1-128",
  "tags": "createdAt?t;description?s;id!s1-128;name!s1-200;updatedAt?t",
  "workflows": "createdAt?t;definition?*;description?s;id!s1-128;name!s1-200;steps?[*;updatedAt?t",
};

/** The most bytes of a row of each collection, as long as the server has told nothing else. */
export const generatedMaxBytes: Readonly<Record<string, number>> = {
  apiKeys: 1048576,
  conversations: 1048576,
  installedMarketplaceItems: 5242880,
  interactions: 5242880,
  marketplaceIndexes: 5242880,
  marketplaceSources: 1048576,
  mods: 5242880,
  promptTemplates: 1048576,
  providerConfigs: 5242880,
  rules: 1048576,
  settings: 1048576,
  syncRepos: 1048576,
  tagRuleLinks: 1048576,
  tags: 1048576,
  workflows: 1048576,
};
