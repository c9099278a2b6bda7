// LiteChat's tables: where their rows are, and the rules that its database had for them.

/** The tables of LiteChat's database. `appState` has the settings. */
export type TableName =
  | "conversations"
  | "interactions"
  | "mods"
  | "appState"
  | "providerConfigs"
  | "apiKeys"
  | "syncRepos"
  | "projects"
  | "rules"
  | "tags"
  | "tagRuleLinks"
  | "promptTemplates"
  | "workflows"
  | "marketplaceSources"
  | "marketplaceIndexes"
  | "installedMarketplaceItems";

/** A row may refer to a row that isn't there. The server takes no such row, so it stays on the device. */
export interface Part {
  member: string;
  table: TableName;
}

export interface TableRules {
  name: TableName;
  /** The member that is the key. */
  key: string;
  /** Members that are Date objects in the application. */
  dates: readonly string[];
  /** Members that hold keys of rows. */
  links: readonly string[];
  /** Values of members that the server requires. */
  defaults: Readonly<Record<string, unknown>>;
  /** Members that a save stores as `null` where they are missing. */
  nulls?: readonly string[];
  /** Each: members that no two rows have in common. */
  unique: readonly (readonly string[])[];
  parts: readonly Part[];
  /** The order of all rows. Default: by key. */
  order?: { by: string; newestFirst?: boolean };
  /** Secrets in these rows stay on the device. "services": headers, environments and keys in addresses too. */
  secrets?: "names" | "services";
  /** All members; others are dropped. Default: any. */
  members?: readonly string[];
}

const TIMES = ["createdAt", "updatedAt"];

function table(name: TableName, rules: Partial<TableRules> = {}): TableRules {
  return { name, key: "id", dates: TIMES, links: [], defaults: {}, unique: [], parts: [], ...rules };
}

const named = (name: TableName, rules: Partial<TableRules> = {}) =>
  table(name, { unique: [["name"]], order: { by: "name" }, ...rules });

const ALL = [
  table("conversations", {
    dates: [...TIMES, "lastSyncedAt"],
    links: ["projectId", "syncRepoId"],
    defaults: { title: "" },
    nulls: ["syncRepoId", "lastSyncedAt", "projectId"],
    order: { by: "updatedAt", newestFirst: true },
  }),
  table("interactions", {
    dates: [...TIMES, "startedAt", "endedAt"],
    links: ["conversationId", "parentId"],
    defaults: { index: 0 },
    parts: [{ member: "conversationId", table: "conversations" }],
    order: { by: "index" },
  }),
  table("mods", { unique: [["name"]], order: { by: "loadOrder" }, secrets: "names" }),
  table("appState", { key: "key", dates: [], secrets: "names" }),
  table("providerConfigs", {
    dates: [...TIMES, "modelsLastFetchedAt"],
    links: ["apiKeyId"],
    unique: [["name"]],
    secrets: "names",
  }),
  // They never leave the device.
  table("apiKeys", { unique: [["name"]] }),
  table("syncRepos", { dates: [...TIMES, "lastPulledAt", "lastPushedAt"], unique: [["name"]], secrets: "names" }),
  table("projects", {
    links: ["parentId"],
    unique: [["path"]],
    order: { by: "updatedAt", newestFirst: true },
    members: [
      ...["id", "path", "createdAt", "updatedAt", "name", "parentId", "systemPrompt", "modelId", "temperature"],
      ...["maxTokens", "topP", "topK", "presencePenalty", "frequencyPenalty", "defaultTagIds", "defaultRuleIds"],
      "metadata",
    ],
  }),
  named("rules"),
  named("tags"),
  table("tagRuleLinks", {
    dates: [],
    links: ["tagId", "ruleId"],
    unique: [["tagId", "ruleId"]],
    parts: [
      { member: "tagId", table: "tags" },
      { member: "ruleId", table: "rules" },
    ],
  }),
  named("promptTemplates"),
  named("workflows"),
  table("marketplaceSources", {
    dates: [...TIMES, "lastRefreshed"],
    unique: [["name"], ["url"]],
    order: { by: "name" },
    secrets: "services",
  }),
  // They stay on the device.
  table("marketplaceIndexes", { key: "sourceId", dates: ["cachedAt", "expiresAt"] }),
  table("installedMarketplaceItems", {
    key: "packageId",
    dates: ["installedAt", "updatedAt"],
    links: ["sourceId"],
    secrets: "names",
  }),
] as const;

export const TABLES: ReadonlyMap<string, TableRules> = new Map(ALL.map((rules) => [rules.name, rules]));

export function rulesOf(name: TableName): TableRules {
  const rules = TABLES.get(name);
  if (!rules) throw new Error(`no table ${name}`);
  return rules;
}
