// The document's six tables over the client.

import { LandfallError } from "../../errors";
import { openBytes } from "../../kinds/assets/bytes";
import { localFilesIn } from "../../kinds/assets/tables";
import { queryAsset, queryAssets } from "../../kinds/assets/views";
import { messagesIn } from "../../kinds/chat/tables";
import { querySessions } from "../../kinds/chat/views";
import { AppState, type UserState } from "../../store/app-state";
import { entriesIn, uploadsIn } from "../../store/entries";
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

/** When this device last had everything from the server. */
async function lastSync(db: UserDatabase): Promise<Date | null> {
  const at = await new AppState<UserState>(db.appState).get("sync.lastSyncedAt");
  return at === undefined ? null : new Date(at);
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
    last: Date | null,
  ) => withDates(row, sync.state === "synced" ? last : null) as ChatSessionRecord;
  const read = async (db: UserDatabase) => {
    const last = await lastSync(db);
    return (await querySessions(db, {})).map((row) => show(row, last));
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
  const show = (row: ChatMessage, last: Date | null) =>
    withDates(row, row.revision > 0 ? last : null) as ChatMessageRecord;
  return {
    name: "chatMessages",
    async read(db, narrowed) {
      const sessionId = sessionOf(narrowed);
      const rows = sessionId === null ? messagesIn(db).toCollection() : messagesIn(db).where({ sessionId });
      const last = await lastSync(db);
      return (await rows.sortBy("position")).map((row) => show(row, last));
    },
    async get(db, key) {
      const id = aliases.get(key) ?? key;
      // A message that was sent has another id than before.
      const row =
        (await messagesIn(db).get(id)) ??
        (await messagesIn(db)
          .filter(({ tempId }) => tempId === id)
          .first());
      return row && show(row, await lastSync(db));
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
  const read = async (db: UserDatabase, rows: Project[]) => {
    const [last, unsent] = [await lastSync(db), new Set((await entriesIn(db, "projects")).map(({ key }) => key))];
    return rows.map((row) => withDates(row, unsent.has(row.id) ? null : last) as ProjectRecord);
  };
  return {
    name: "projects",
    read: async (db) => read(db, await db.table<Project>("projects").toArray()),
    async get(db, key) {
      const row = await db.table<Project>("projects").get(key);
      return row && (await read(db, [row]))[0];
    },
    add: async (row) => (await projects.put(own(row) as object)).id,
    async change(key, changes) {
      const { id: _id, ...changed } = own(changes);
      if (!isEmpty(changed)) await projects.update(key, changed as object);
    },
    remove: (key) => projects.delete(key),
  };
}

function toMetadata(
  { sync, onDevice: _onDevice, localOnly: _localOnly, ...row }: AssetRow,
  last: Date | null,
): AssetMetadata {
  return withDates(row, sync.state === "synced" ? last : null) as AssetMetadata;
}

export function metadataTable({ assets }: Landfall): TableRules<AssetMetadata> {
  return {
    name: "assetMetadata",
    async read(db) {
      const last = await lastSync(db);
      return (await queryAssets(db, {})).map((row) => toMetadata(row, last));
    },
    async get(db, key) {
      const row = await queryAsset(db, key);
      return row && toMetadata(row, await lastSync(db));
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
  const withFile = async (db: UserDatabase, row: AssetMetadata): Promise<AssetRecord> => {
    const local = await localFilesIn(db).get(row.id);
    const bytes = local && (await bytesIn(db).read(local));
    return bytes ? { ...row, file: new File([bytes], row.fileName, { type: row.mimeType }) } : row;
  };
  return {
    name: "assets",
    read: async (db) => Promise.all((await metadata.read(db)).map((row) => withFile(db, row))),
    async get(db, key) {
      const row = await metadata.get(db, key);
      return row && withFile(db, row);
    },
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
