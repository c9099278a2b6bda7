// What the service offers, and the forms of LiteChat's files.

import type { FileReport } from "./import-rows";
import type { RemoteChange } from "./remote";
import type { TableName } from "./tables";
import type { AppRow } from "./values";

/** The application's types of rows. Name them, so that its own code compiles as it is: `createPersistenceService<{ rule: DbRule; tag: DbTag }>(landfall)`. */
export interface RowTypes {
  conversation: unknown;
  interaction: unknown;
  mod: unknown;
  providerConfig: unknown;
  apiKey: unknown;
  syncRepo: unknown;
  project: unknown;
  rule: unknown;
  tag: unknown;
  tagRuleLink: unknown;
  promptTemplate: unknown;
  workflow: unknown;
  marketplaceSource: unknown;
  marketplaceIndex: unknown;
  installedItem: unknown;
  installedPackage: unknown;
}

/** The type of a row: the application's, where it has named one. */
export type TypeOf<T, N extends keyof RowTypes> = N extends keyof T ? T[N] : AppRow;

export const SECTIONS = [
  "Settings",
  "ApiKeys",
  "ProviderConfigs",
  "Projects",
  "Conversations",
  "RulesAndTags",
  "Mods",
  "SyncRepos",
  "McpServers",
  "PromptTemplates",
  "Agents",
  "Workflows",
] as const;

export type Section = (typeof SECTIONS)[number];

/** Which sections an export has, or an import replaces: `importSettings`, or the same with `export`. */
export type SectionFlags = Partial<Record<`import${Section}` | `export${Section}`, boolean>>;

/** A full export. Sections that were not asked for are missing. */
export interface FullExportData<T = object> {
  /** 1. */
  version: number;
  /** RFC 3339 UTC. */
  exportedAt: string;
  settings?: Record<string, unknown>;
  apiKeys?: TypeOf<T, "apiKey">[];
  providerConfigs?: TypeOf<T, "providerConfig">[];
  projects?: TypeOf<T, "project">[];
  conversations?: TypeOf<T, "conversation">[];
  interactions?: TypeOf<T, "interaction">[];
  rules?: TypeOf<T, "rule">[];
  tags?: TypeOf<T, "tag">[];
  tagRuleLinks?: TypeOf<T, "tagRuleLink">[];
  mods?: TypeOf<T, "mod">[];
  syncRepos?: TypeOf<T, "syncRepo">[];
  mcpServers?: unknown[];
  promptTemplates?: TypeOf<T, "promptTemplate">[];
  /** Templates of the types "agent" and "task". */
  agents?: TypeOf<T, "promptTemplate">[];
  workflows?: TypeOf<T, "workflow">[];
}

/** One conversation as a document. */
export interface ConversationData<T = object> {
  conversation: TypeOf<T, "conversation">;
  interactions: TypeOf<T, "interaction">[];
}

/** A project as LiteChat's own file has it: `children` are projects and conversations. */
export interface ProjectTree<T = object> {
  project: TypeOf<T, "project">;
  children: (ProjectTree<T> | ConversationData<T>)[];
}

/** A file of LiteChat: a full export, one conversation, a project, or a list of conversations. */
export type LiteChatFile<T = object> =
  | FullExportData<T>
  | ConversationData<T>
  | ProjectData<T>
  | ProjectTree<T>
  | (ConversationData<T> | ProjectTree<T>)[];

/** A project as a document, with those of the projects directly below it. */
export interface ProjectData<T = object> {
  project: TypeOf<T, "project">;
  conversations: TypeOf<T, "conversation">[];
  interactions: TypeOf<T, "interaction">[];
  children: ProjectData<T>[];
}

/**
 * LiteChat's persistence service. Members of rows that are times are Date objects; text is taken too. All calls reject with errors under Dexie's names
 * (`ConstraintError` for a name in use, `QuotaExceededError`, `DataError`, `BulkError`, `InvalidTableError`). `save..` resolves with the key.
 */
export interface PersistenceService<T = object> {
  /** The newest first, by `updatedAt`. */
  loadConversations(): Promise<TypeOf<T, "conversation">[]>;
  saveConversation(row: TypeOf<T, "conversation">): Promise<string>;
  /** With its interactions. */
  deleteConversation(id: string): Promise<void>;
  /** By `index`. */
  loadInteractionsForConversation(conversationId: string): Promise<TypeOf<T, "interaction">[]>;
  saveInteraction(row: TypeOf<T, "interaction">): Promise<string>;
  deleteInteraction(id: string): Promise<void>;
  deleteInteractionsForConversation(conversationId: string): Promise<void>;
  /** By `startedAt`; both ends belong to the range. */
  getInteractionsByDateRange(start: Date, end: Date): Promise<TypeOf<T, "interaction">[]>;
  /** By `loadOrder`. */
  loadMods(): Promise<TypeOf<T, "mod">[]>;
  saveMod(row: TypeOf<T, "mod">): Promise<string>;
  deleteMod(id: string): Promise<void>;
  /** `undefined` removes the setting; `null` is a value. */
  saveSetting(key: string, value: unknown): Promise<string>;
  /** Never rejects: without a value, and where nothing can be read, it gives the default. */
  loadSetting<V>(key: string, defaultValue: V): Promise<V>;
  loadProviderConfigs(): Promise<TypeOf<T, "providerConfig">[]>;
  saveProviderConfig(row: TypeOf<T, "providerConfig">): Promise<string>;
  deleteProviderConfig(id: string): Promise<void>;
  /** Keys stay on this device. */
  loadApiKeys(): Promise<TypeOf<T, "apiKey">[]>;
  saveApiKey(row: TypeOf<T, "apiKey">): Promise<string>;
  /** Provider configurations lose the link. */
  deleteApiKey(id: string): Promise<void>;
  loadSyncRepos(): Promise<TypeOf<T, "syncRepo">[]>;
  saveSyncRepo(row: TypeOf<T, "syncRepo">): Promise<string>;
  /** Conversations lose the link. */
  deleteSyncRepo(id: string): Promise<void>;
  /** The newest first, by `updatedAt`. */
  loadProjects(): Promise<TypeOf<T, "project">[]>;
  /** Stores the members that a project has; others are dropped. */
  saveProject(row: TypeOf<T, "project">): Promise<string>;
  /** With the projects below it. */
  deleteProject(id: string): Promise<void>;
  /** By name. */
  loadRules(): Promise<TypeOf<T, "rule">[]>;
  saveRule(row: TypeOf<T, "rule">): Promise<string>;
  /** With its links. */
  deleteRule(id: string): Promise<void>;
  /** By name. */
  loadTags(): Promise<TypeOf<T, "tag">[]>;
  saveTag(row: TypeOf<T, "tag">): Promise<string>;
  /** With its links. */
  deleteTag(id: string): Promise<void>;
  loadTagRuleLinks(): Promise<TypeOf<T, "tagRuleLink">[]>;
  saveTagRuleLink(row: TypeOf<T, "tagRuleLink">): Promise<string>;
  deleteTagRuleLink(id: string): Promise<void>;
  /** By name. */
  loadPromptTemplates(): Promise<TypeOf<T, "promptTemplate">[]>;
  savePromptTemplate(row: TypeOf<T, "promptTemplate">): Promise<string>;
  deletePromptTemplate(id: string): Promise<void>;
  loadPromptTemplateById(id: string): Promise<TypeOf<T, "promptTemplate"> | null>;
  /** By name. */
  loadWorkflows(): Promise<TypeOf<T, "workflow">[]>;
  /** Times are RFC 3339 texts here. */
  loadWorkflow(id: string): Promise<TypeOf<T, "workflow"> | null>;
  saveWorkflow(row: TypeOf<T, "workflow">): Promise<string>;
  deleteWorkflow(id: string): Promise<void>;
  /** Deletes all rows, at the server and on other devices too. */
  clearAllData(): Promise<void>;
  /** Like `clearAllData`, of one table. Rejects with `InvalidTableError`. */
  clearTable(name: string): Promise<void>;
  /** By name. */
  loadMarketplaceSources(): Promise<TypeOf<T, "marketplaceSource">[]>;
  saveMarketplaceSource(row: TypeOf<T, "marketplaceSource">): Promise<string>;
  deleteMarketplaceSource(id: string): Promise<void>;
  /** `null` without one, and where it has expired. */
  loadMarketplaceIndex(sourceId: string): Promise<TypeOf<T, "marketplaceIndex"> | null>;
  /** Indexes stay on this device. Default: an hour. */
  saveMarketplaceIndex(sourceId: string, index: TypeOf<T, "marketplaceIndex">, expiresInMs?: number): Promise<string>;
  loadInstalledMarketplaceItems(): Promise<TypeOf<T, "installedItem">[]>;
  saveInstalledMarketplaceItem(
    item: TypeOf<T, "installedItem">,
    content: TypeOf<T, "installedPackage">,
  ): Promise<string>;
  loadInstalledMarketplacePackage(packageId: string): Promise<TypeOf<T, "installedPackage"> | null>;
  /** Rejects where there is none. */
  updateInstalledMarketplaceItem(packageId: string, updates: Partial<TypeOf<T, "installedItem">>): Promise<void>;
  deleteInstalledMarketplaceItem(packageId: string): Promise<void>;
  /** Secrets are in it in clear, as in the application. */
  getAllDataForExport(flags: SectionFlags): Promise<FullExportData<T>>;
  /**
   * Of a full export it replaces the sections with a flag, also those that the file lacks. Of a conversation, a project or a list of these it adds the rows,
   * and removes none. All in one transaction. An odd row is mended, or left out, and listed. `strict`: it rejects, and nothing is stored. Rejects for a file
   * of another form. Default of `flags`: all sections.
   */
  importAllData(file: LiteChatFile<T>, flags?: SectionFlags, options?: { strict?: boolean }): Promise<FileReport>;
  exportAllData(): Promise<FullExportData<T>>;
  /** Rejects where there is no such conversation. */
  exportConversationData(id: string): Promise<ConversationData<T>>;
  /** With the projects below it. Rejects where there is no such project. */
  exportProjectData(id: string): Promise<ProjectData<T>>;
  /**
   * Calls back with one row after the other, and waits for what the callback returns. `where`: only the rows with this value in a member.
   *
   * @example
   * await service.each("interactions", (row) => lines.push(JSON.stringify(row)), { conversationId: id });
   */
  each(table: TableName, callback: (row: AppRow) => unknown, where?: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Calls back when another device or tab has changed rows, and when another user's rows are shown: load them again. Returns a function that ends it.
   *
   * @example
   * service.onRemoteChange(({ tables }) => tables.includes("rules") && rulesStore.getState().loadRulesAndTags());
   */
  onRemoteChange(listener: (change: RemoteChange) => void): () => void;
  /** Ends what follows the user and the changes. The client goes on. */
  close(): void;
}
