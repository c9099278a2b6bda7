// Written by `npm run generate` from the schemas of the OpenAPI document. Not for editing.

/** The rules of rows by the kind's name, and of objects in them by the schema's. codegen/rules.ts explains their notation. */
export const generatedRules: Readonly<Record<string, string>> = {
  "Sealed": "alg!=A256GCM;ciphertext!s22-;iv!s16-16;kdf?*;kid?s",
  "apiKeys": "createdAt?t;id!s1-128;name!s1-200;providerId?s;sealed!@Sealed;updatedAt?t",
  "assistants": "category?[s;desc?s1-200;emoji?s1-10;id?s21-21;isPublic?b;mutationId?s1-128;prompt?s1-2000;status?=draft|pending|published|rejected;tags?[s;tempId?s1-128;title?s1-100",
  "chatMessages": "content!s-1000000;createdAt!*;id?s1-128;metadata?o;role!=user|assistant|system|tool;sessionId?s;tempId?s1-128",
  "chatSessions": "id?s;metadata?o;projectId?s1-128;title?s1-200",
  "conversations": "createdAt?t;id!s1-128;lastSyncedAt?t;metadata?*;projectId?s1-128;syncRepoId?s1-128;title!s-200;updatedAt?t",
  "interactions": "conversationId!s1-128;createdAt?t;endedAt?t;id!s1-128;index!i;metadata?*;parentId?s;prompt?*;rating?n;response?*;startedAt?t;status?s;type?s",
  "mods": "createdAt?t;enabled?b;id!s1-128;loadOrder?n;name!s1-200;scriptContent?s;sourceUrl?s;updatedAt?t",
  "projects": "baseRevision?i;clientUpdatedAt?t;data?o;mutationId?s1-128;name?s1-200;parentId?s1-128;thumbnailAssetId?s1-128",
  "promptTemplates": "createdAt?t;description?s;followUps?[s;id!s1-128;isPublic?b;name!s1-200;parentId?s;prompt!s;rules?[s;structuredOutput?*;tags?[s;tools?[s;type?s;updatedAt?t;variables?[*",
  "providerConfigs": "apiKeyId?s1-128;autoFetchModels?b;baseURL?s;createdAt?t;enabledModels?[s;fetchedModels?[*;id!s1-128;isEnabled?b;modelsLastFetchedAt?t;name!s1-200;sealed?@Sealed;type!s;updatedAt?t",
  "rules": "alwaysOn?b;content!s;createdAt?t;description?s;id!s1-128;name!s1-200;type?s;updatedAt?t",
  "settings": "key!s1-128;value!*",
  "syncRepos": "branch?s;createdAt?t;id!s1-128;lastPulledAt?t;lastPushedAt?t;lastSyncError?s;name!s1-200;remoteUrl!s;sealed?@Sealed;updatedAt?t;username?s",
  "tagRuleLinks": "id!s1-128;ruleId!s1-128;tagId!s1-128",
  "tags": "createdAt?t;description?s;id!s1-128;name!s1-200;updatedAt?t",
  "workflows": "createdAt?t;definition?*;description?s;id!s1-128;name!s1-200;updatedAt?t",
};
