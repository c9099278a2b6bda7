// The document's database object over the client.

import type { Landfall } from "../../types";
import { partsOf } from "../parts";
import type {
  AssetMetadata,
  AssetRecord,
  ChatMessageRecord,
  ChatSessionRecord,
  ProjectRecord,
  SyncQueue,
} from "./rows";
import { DocumentTable, type TableRules } from "./table";
import { assetTable, messageTable, metadataTable, projectTable, queueTable, sessionTable } from "./tables";

export interface DatabaseOptions {
  /** Of messages that don't name their session, as in the document's snippet. */
  currentSessionId?: () => string | null | undefined;
}

export interface KijkoDatabase {
  readonly chatSessions: DocumentTable<ChatSessionRecord>;
  readonly chatMessages: DocumentTable<ChatMessageRecord>;
  readonly assets: DocumentTable<AssetRecord>;
  readonly assetMetadata: DocumentTable<AssetMetadata>;
  readonly syncQueue: DocumentTable<SyncQueue>;
  readonly projects: DocumentTable<ProjectRecord>;
}

/**
 * The tables that the application queries itself, in Dexie's words. What is added, changed and deleted is sent; rows that the server has are left to sync. Calls
 * reject with NotSignedInError while no user is signed in. Only queries of `chatMessages` by `sessionId` and `[sessionId+createdAt]` read a part of a table.
 *
 * @example
 * export const db = createDatabase(landfall, { currentSessionId: () => useChatStore.getState().currentSessionId });
 * const failed = await db.syncQueue.where("status").equals("failed").toArray();
 */
export function createDatabase(landfall: Landfall, options: DatabaseOptions = {}): KijkoDatabase {
  const { source } = partsOf(landfall);
  const open = async () => (await source.required()).db;
  const table = <R>(rules: TableRules<R>) => new DocumentTable(rules, open);
  const aliases = new Map<string, string>();
  return {
    chatSessions: table(sessionTable(landfall, aliases)),
    chatMessages: table(messageTable(landfall, aliases, options.currentSessionId ?? (() => null))),
    assets: table(assetTable(landfall)),
    assetMetadata: table(metadataTable(landfall)),
    syncQueue: table(queueTable(landfall)),
    projects: table(projectTable(landfall)),
  };
}
