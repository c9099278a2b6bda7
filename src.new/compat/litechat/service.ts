// Creates LiteChat's persistence service for a client.

import { LandfallError } from "../../errors";
import { AssistantsApi } from "../../kinds/assistants/api";
import { maxRowBytes } from "../../kinds/check-input";
import { reportUnlessEnded } from "../../store/storage-errors";
import type { Row } from "../../store/tables";
import type { Landfall } from "../../types";
import { report } from "../../util/report";
import { Attachments } from "./attachments";
import { invalidTableError } from "./errors";
import { type Failure, teller, withFailures } from "./failures";
import { files } from "./files";
import { marketplace } from "./marketplace";
import { RemoteChanges } from "./remote";
import { Rows } from "./rows";
import { Session } from "./session";
import { RESERVED } from "./store";
import { TABLES, type TableName } from "./tables";
import type { PersistenceService } from "./types";
import { type Upgrades, Upgrading } from "./upgrades";
import { type AppRow, isoOf, keyOf } from "./values";

/** The options that a client of LiteChat needs. Nobody is asked about conflicts, since the application has no place for it. */
export const liteChatOptions = { guest: true, conflicts: { projects: "merge" } } as const;

export interface PersistenceOptions {
  /**
   * What happens at a sign-in to what was written before it: "merge" and "keep" are the ways of `landfall.guest.claim`; "never" leaves it to the
   * application. Default: "merge".
   */
  claim?: "merge" | "keep" | "never";
  /** Called when a call has failed, to log it and to tell the user. The call rejects all the same. `loadSetting` gives its default. */
  onFailure?: (failure: Failure) => void;
  /** Steps that fill new members of rows, by version. */
  upgrades?: Upgrades;
  /** Keys of settings that belong to the device and stay on it. Default: none; all settings but secrets follow the user. */
  deviceSettings?: readonly string[];
}

/** Parts before wholes, so that no delete takes others along. */
const CLEARED: readonly TableName[] = [
  ...([
    "interactions",
    "tagRuleLinks",
    "conversations",
    "projects",
    "providerConfigs",
    "apiKeys",
    "syncRepos",
  ] as const),
  ...(["rules", "tags", "mods", "promptTemplates", "workflows", "appState"] as const),
  ...(["installedMarketplaceItems", "marketplaceIndexes", "marketplaceSources"] as const),
];

/**
 * Creates the service. Throws LandfallError `invalid_option` for a client without the option `guest`.
 *
 * @example
 * const landfall = createLandfall({ name: "litechat", ...liteChatOptions });
 * export const PersistenceService = createPersistenceService(landfall);
 */
export function createPersistenceService<T = object>(
  landfall: Landfall,
  { claim = "merge", onFailure = () => {}, upgrades = {}, deviceSettings = [] }: PersistenceOptions = {},
): PersistenceService<T> {
  const api: unknown = landfall.assistants;
  if (!(api instanceof AssistantsApi) || !api.parts.options.guest)
    throw new LandfallError("invalid_option", "createPersistenceService: create the client with `guest: true`.");
  const { source, options } = api.parts;
  const attachments = new Attachments({
    landfall,
    async maxRowBytes() {
      const { db } = await source.required();
      const kind = db.kinds.get("interactions");
      return !kind || options.sealing?.collections.has(kind.name) ? null : maxRowBytes(db, kind);
    },
  });
  const { sealing } = options;
  const upgrading = new Upgrading(upgrades);
  const ready = async () => {
    await session.ready();
    await upgrading.once(landfall, rows, source.current.get()?.userId);
  };
  const filled = (name: TableName, row: Row) => upgrading.filled(name, row);
  const rows: Rows = new Rows(landfall, ready, { filled, sealing, deviceSettings, attachments });
  const tell = teller(onFailure);
  const remote = new RemoteChanges(rows, source);
  const releaseSecrets = () => {
    if (sealing?.state.get() === "open") rows.releaseSecrets().catch(reportUnlessEnded);
  };
  const onSwitched = (isSamePerson: boolean) => {
    // What a guest had is still what the application has of the rows.
    if (!isSamePerson) rows.beliefs.clear();
    releaseSecrets();
    remote.tellEverything();
  };
  const session = new Session({ landfall, source, claim, onSwitched });
  const stopSealing = sealing?.state.subscribe(releaseSecrets);
  const service = {
    ...chats(rows),
    ...things(rows),
    ...settings(rows, tell),
    ...marketplace(rows),
    ...files(rows),
    onRemoteChange: remote.listen.bind(remote),
    close() {
      stopSealing?.();
      session.close();
      remote.close();
    },
  };
  return withFailures(service, tell) as unknown as PersistenceService<T>;
}

function chats(rows: Rows) {
  return {
    loadConversations: () => rows.load("conversations"),
    saveConversation: (row: AppRow) => rows.save("conversations", row),
    deleteConversation: (id: string) => rows.remove("conversations", id),
    loadInteractionsForConversation: (id: string) => rows.loadWhere("interactions", "conversationId", id),
    saveInteraction: (row: AppRow) => rows.save("interactions", row),
    deleteInteraction: (id: string) => rows.remove("interactions", id),
    deleteInteractionsForConversation: (id: string) =>
      rows.write(async () => {
        const found = await rows.store("interactions").find("conversationId", keyOf(id));
        await rows.delete(
          "interactions",
          found.map((row) => String(row.id)),
        );
      }),
    async getInteractionsByDateRange(start: Date, end: Date): Promise<AppRow[]> {
      const found = await rows.inTurn(async () => {
        const { interactions } = rows.landfall.collections;
        const range = interactions.where("startedAt").between(isoOf(start) ?? "", isoOf(end) ?? "");
        return rows.handOut("interactions", await range.list());
      });
      return rows.whole("interactions", found);
    },
  };
}

function things(rows: Rows) {
  const load = (name: TableName) => () => rows.load(name);
  const save = (name: TableName) => (row: AppRow) => rows.save(name, row);
  const remove = (name: TableName) => (id: string) => rows.remove(name, id);
  return {
    loadMods: load("mods"),
    saveMod: save("mods"),
    deleteMod: remove("mods"),
    loadProviderConfigs: load("providerConfigs"),
    saveProviderConfig: save("providerConfigs"),
    deleteProviderConfig: remove("providerConfigs"),
    loadApiKeys: load("apiKeys"),
    saveApiKey: save("apiKeys"),
    deleteApiKey: (id: string) => rows.write(() => deleteApiKey(rows, keyOf(id))),
    loadSyncRepos: load("syncRepos"),
    saveSyncRepo: save("syncRepos"),
    deleteSyncRepo: remove("syncRepos"),
    loadProjects: load("projects"),
    saveProject: save("projects"),
    deleteProject: remove("projects"),
    loadRules: load("rules"),
    saveRule: save("rules"),
    deleteRule: remove("rules"),
    loadTags: load("tags"),
    saveTag: save("tags"),
    deleteTag: remove("tags"),
    loadTagRuleLinks: load("tagRuleLinks"),
    saveTagRuleLink: (row: AppRow) => rows.save("tagRuleLinks", { ...row, id: row.id ?? `${row.tagId}-${row.ruleId}` }),
    deleteTagRuleLink: remove("tagRuleLinks"),
    loadPromptTemplates: load("promptTemplates"),
    savePromptTemplate: save("promptTemplates"),
    deletePromptTemplate: remove("promptTemplates"),
    loadPromptTemplateById: async (id: string) => (await rows.loadOne("promptTemplates", id)) ?? null,
    loadWorkflows: load("workflows"),
    loadWorkflow: async (id: string) => {
      const row = await rows.loadOne("workflows", id);
      return row ? { ...row, createdAt: isoOf(row.createdAt), updatedAt: isoOf(row.updatedAt) } : null;
    },
    saveWorkflow: save("workflows"),
    deleteWorkflow: remove("workflows"),
  };
}

/** The server has no such key, so it unlinks no configuration. */
async function deleteApiKey(rows: Rows, id: string): Promise<void> {
  for (const row of await rows.store("providerConfigs").find("apiKeyId", id))
    await rows.store("providerConfigs").write({ ...row, apiKeyId: null }, row, false);
  await rows.delete("apiKeys", [id]);
}

function settings(rows: Rows, tell: (call: string, error: unknown) => void) {
  return {
    async saveSetting(key: string, value: unknown): Promise<string> {
      if (key.startsWith(RESERVED)) throw new LandfallError("invalid_input", `Keys with ${RESERVED} are reserved.`);
      if (value === undefined) await rows.remove("appState", key);
      else await rows.save("appState", { key, value });
      return key;
    },
    async loadSetting(key: string, defaultValue: unknown): Promise<unknown> {
      try {
        const row = await rows.loadOne("appState", key);
        return row === undefined || row.value === undefined ? defaultValue : row.value;
      } catch (error) {
        report(error);
        tell("loadSetting", error);
        return defaultValue;
      }
    },
    async clearTable(name: string): Promise<void> {
      const rules = TABLES.get(name);
      if (!rules) throw invalidTableError(name);
      await rows.write(async () => rows.delete(rules.name, await rows.keys(rules.name)));
    },
    clearAllData: () =>
      rows.write(async () => {
        for (const name of CLEARED) await rows.delete(name, await rows.keys(name));
      }),
  };
}
