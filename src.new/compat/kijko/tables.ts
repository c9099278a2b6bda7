// The document's six tables over the client.

import { LandfallError } from "../../errors";
import { openBytes } from "../../kinds/assets/bytes";
import { ASSETS, localFilesIn } from "../../kinds/assets/tables";
import { queryAsset, queryAssets } from "../../kinds/assets/views";
import { messagesIn } from "../../kinds/chat/tables";
import { querySessions } from "../../kinds/chat/views";
import { entriesIn, entriesOf, uploadsIn } from "../../store/entries";
import { statesIn } from "../../store/row-state";
import type { UserDatabase } from "../../store/synced-kind";
import type { AssetRow, ChatMessage, ChatSessionRow, Landfall, MessageRole, Metadata, Project } from "../../types";
import { partsOf } from "../parts";
import type { Narrowed } from "./query";
import {
  type AssetMetadata,
  type AssetRecord,
  type ChatMessageRecord,
  type ChatSessionRecord,
  type ProjectRecord,
  type SyncQueue,
  toSyncQueue,
  withDates,
} from "./rows";
import type { Given, TableRules } from "./table";

/** Tells when a row, as it is here, came from the server. */
type SyncTimes = (row: { id: string; updatedAt: string }) => Date;

/** Of one row, or of all rows of a collection. */
async function syncTimes(db: UserDatabase, collection: string, key?: string): Promise<SyncTimes> {
  const states = key === undefined ? await statesIn(db, collection) : [await db.syncRows.get([collection, key])];
  const times = new Map(states.map((state) => [state?.key, state?.syncedAt]));
  // What an earlier version of the SDK has stored has no time. The server had it since then at the latest.
  return ({ id, updatedAt }) => new Date(times.get(id) ?? updatedAt);
}

/** When the server stored a message. An id of version 7 has the server's time, and a message that was written offline is older. */
function storedAt({ id, createdAt }: ChatMessage): Date {
  return new Date(id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : createdAt);
}

/** The members that are the application's. */
function pick<R extends object, M extends keyof R>(
  row: R,
  members: readonly M[],
): { [K in M]?: NonNullable<R[K]> | null } {
  const given = members.filter((member) => row[member] !== undefined).map((member) => [member, row[member]]);
  return Object.fromEntries(given);
}

/** The other members are kept by sync. */
function isEmpty(changes: object): boolean {
  return Object.keys(changes).length === 0;
}

/** The keys that rows have, by those that the application gave them. The client makes the keys of chats itself. */
export type Aliases = Map<string, string>;

export function sessionTable({ chat }: Landfall, aliases: Aliases): TableRules<ChatSessionRecord> {
  const show = (
    { sync, unsentMessages: _unsent, failedMessages: _failed, ...row }: ChatSessionRow,
    timeOf: SyncTimes,
  ) => withDates(row, sync.state === "synced" ? timeOf(row) : null) as ChatSessionRecord;
  const read = async (db: UserDatabase) => {
    const timeOf = await syncTimes(db, "chatSessions");
    return (await querySessions(db, {})).map((row) => show(row, timeOf));
  };
  const own = (row: Given<ChatSessionRecord>) => pick(row, ["title", "projectId", "metadata"]) as { title?: string };
  return {
    name: "chatSessions",
    read,
    get: async (db, key) => (await read(db)).find(({ id }) => id === (aliases.get(key) ?? key)),
    async add(row) {
      const { id } = await chat.createSession({ title: "New chat", ...own(row) });
      if (row.id) aliases.set(row.id, id);
      return id;
    },
    async change(key, changes) {
      const changed = own(changes);
      if (!isEmpty(changed)) await chat.updateSession(aliases.get(key) ?? key, changed);
    },
    remove: (key) => chat.deleteSession(aliases.get(key) ?? key),
  };
}

/** `currentSessionId`: of a message that doesn't name its session. */
export function messageTable(
  { chat }: Landfall,
  aliases: Aliases,
  currentSessionId: () => string | null | undefined,
): TableRules<ChatMessageRecord> {
  const show = (row: ChatMessage) => withDates(row, row.revision > 0 ? storedAt(row) : null) as ChatMessageRecord;
  return {
    name: "chatMessages",
    async read(db, narrowed) {
      const sessionId = sessionOf(narrowed);
      const rows = sessionId === null ? messagesIn(db).toCollection() : messagesIn(db).where({ sessionId });
      return (await rows.sortBy("position")).map(show);
    },
    async get(db, key) {
      const id = aliases.get(key) ?? key;
      // A message that was sent has another id than before.
      const row =
        (await messagesIn(db).get(id)) ??
        (await messagesIn(db)
          .filter(({ tempId }) => tempId === id)
          .first());
      return row && show(row);
    },
    async add({ id: given, sessionId, role, content, metadata }) {
      const session = sessionId ?? currentSessionId();
      if (!session) throw new LandfallError("not_found", "The message names no chat session, and none is open.");
      const message = { role: role as MessageRole, content: String(content ?? ""), metadata: metadata as Metadata };
      const { id } = await chat.send(aliases.get(session) ?? session, message);
      if (given) aliases.set(given, id);
      return id;
    },
  };
}

/** The session that a query is about, where it is about one. */
function sessionOf(narrowed: Narrowed | undefined): string | null {
  const { index, lower, upper } = narrowed ?? {};
  if (index === "sessionId" && lower === upper) return typeof lower === "string" ? lower : null;
  if (index !== "[sessionId+createdAt]" || !Array.isArray(lower) || !Array.isArray(upper)) return null;
  return lower[0] === upper[0] && typeof lower[0] === "string" ? lower[0] : null;
}

export function projectTable({ projects }: Landfall): TableRules<ProjectRecord> {
  const own = (row: Given<ProjectRecord>) => pick(row, ["id", "name", "data", "parentId", "thumbnailAssetId"]);
  const show = (row: Project, isUnsent: boolean, timeOf: SyncTimes) =>
    withDates(row, isUnsent ? null : timeOf(row)) as ProjectRecord;
  return {
    name: "projects",
    async read(db) {
      const timeOf = await syncTimes(db, "projects");
      const unsent = new Set((await entriesIn(db, "projects")).map(({ key }) => key));
      return (await db.table<Project>("projects").toArray()).map((row) => show(row, unsent.has(row.id), timeOf));
    },
    async get(db, key) {
      const row = await db.table<Project>("projects").get(key);
      if (!row) return undefined;
      return show(row, (await entriesOf(db, "projects", key)).length > 0, await syncTimes(db, "projects", key));
    },
    add: async (row) => (await projects.put(own(row) as object)).id,
    async change(key, changes) {
      const { id: _id, ...changed } = own(changes);
      if (!isEmpty(changed)) await projects.update(key, changed as object);
    },
    remove: (key) => projects.delete(key),
  };
}

function toRecord({ sync, localOnly: _localOnly, ...row }: AssetRow, timeOf: SyncTimes): AssetRecord {
  return withDates(row, sync.state === "synced" ? timeOf(row) : null) as AssetRecord;
}

function toMetadata({ onDevice: _onDevice, ...row }: AssetRecord): AssetMetadata {
  return row;
}

/** Without their bytes. */
async function readAssets(db: UserDatabase): Promise<AssetRecord[]> {
  const timeOf = await syncTimes(db, ASSETS);
  return (await queryAssets(db, {})).map((row) => toRecord(row, timeOf));
}

async function readAsset(db: UserDatabase, key: string): Promise<AssetRecord | undefined> {
  const row = await queryAsset(db, key);
  return row && toRecord(row, await syncTimes(db, ASSETS, key));
}

export function metadataTable({ assets }: Landfall): TableRules<AssetMetadata> {
  return {
    name: "assetMetadata",
    read: async (db) => (await readAssets(db)).map(toMetadata),
    async get(db, key) {
      const row = await readAsset(db, key);
      return row && toMetadata(row);
    },
    async change(key, changes) {
      const changed = pick(changes, ["fileName", "projectId", "width", "height"]);
      if (!isEmpty(changed)) await assets.update(key, changed as object);
    },
    remove: (key) => assets.delete(key),
  };
}

export function assetTable(landfall: Landfall): TableRules<AssetRecord> {
  const { assets } = landfall;
  const metadata = metadataTable(landfall);
  const bytesIn = (db: UserDatabase) => openBytes(db.name, partsOf(landfall).options.storage !== undefined);
  const withFile = async (db: UserDatabase, row: AssetRecord): Promise<AssetRecord> => {
    const local = await localFilesIn(db).get(row.id);
    const bytes = local && (await bytesIn(db).read(local));
    return bytes ? { ...row, file: new File([bytes], row.fileName, { type: row.mimeType }) } : row;
  };
  return {
    name: "assets",
    read: readAssets,
    async get(db, key) {
      const row = await readAsset(db, key);
      return row && withFile(db, row);
    },
    whole: withFile,
    async add({ id, file, projectId, fileName, uploadStatus }, isPut) {
      // A copy of a file that the server has isn't a new file: it is downloaded when its row is here.
      if (!file || (isPut && !fileName && !uploadStatus)) return String(id ?? "");
      const options = { ...(id && { id }), ...(projectId && { projectId }), ...(fileName && { fileName }) };
      return (await assets.add(file, options)).id;
    },
    async change(key, changes) {
      if ("file" in changes && !changes.file) return release(landfall, key);
      if (changes.file) await assets.file(key);
      await metadata.change?.(key, changes as Given<AssetMetadata>);
    },
    remove: (key) => assets.delete(key),
  };
}

/** Removes the bytes from this device, where the server has them. */
async function release(landfall: Landfall, id: string): Promise<void> {
  const { source, options } = partsOf(landfall);
  const { db } = await source.required();
  const removed = await localFilesIn(db)
    .where("id")
    .equals(id)
    .and(({ uploadStatus }) => uploadStatus === "completed")
    .delete();
  if (removed > 0) await openBytes(db.name, options.storage !== undefined).remove(id);
}

export function queueTable(landfall: Landfall): TableRules<SyncQueue> {
  const { assets } = landfall;
  const read = async (db: UserDatabase) => (await uploadsIn(db)).map(toSyncQueue);
  return {
    name: "syncQueue",
    read,
    get: async (db, key) => (await read(db)).find(({ id }) => id === key),
    // The file has waited for its upload since it was added. Now it waits no longer.
    async add({ id, assetId }) {
      if (assetId) await assets.upload(assetId);
      return String(id ?? "");
    },
    async change(key) {
      const { db } = await partsOf(landfall).source.required();
      const entry = (await read(db)).find(({ id }) => id === key);
      if (entry) await assets.upload(entry.assetId);
    },
  };
}
