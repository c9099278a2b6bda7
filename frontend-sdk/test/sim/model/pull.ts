// Pull: the changes since a cursor, in pages. Each page shows one moment.

import type { Json, JsonObject } from "../json";
import { ApiError } from "./api-error";
import { type Cursor, covers, isBehind, isStart, newestOf, type Place, placeIn } from "./cursor";
import type { MessageRow, ProjectRow, SessionRow, UserData } from "./user-data";

export interface Page {
  changes: JsonObject[];
  cursor: Cursor;
  hasMore: boolean;
}

export interface Pull {
  epoch: string;
  /** `null`: from the beginning. */
  cursor: Cursor | null;
  sources: readonly string[];
  /** The maximum number of rows. */
  limit: number;
  /** The maximum size of the rows, about. */
  bytes: number;
  /** Whether the first row is in the page whatever its size is. */
  wholeFirstRow: boolean;
}

/** Throws `resync_required` before a push whose pull would fail. */
export function checkCursor({ horizon }: UserData, { cursor, epoch, sources }: Pull): void {
  if (!cursor) return;
  if (cursor.epoch !== epoch) throw new ApiError("resync_required", [], { reason: "epoch" });
  if (sources.some((source) => isBehind(placeIn(cursor, source), horizon))) {
    throw new ApiError("resync_required", [], { reason: "horizon" });
  }
}

export function nextPage(userData: UserData, pull: Pull): Page {
  const cursor = pull.cursor ?? { epoch: pull.epoch, places: new Map<string, Place>() };
  if (cursor.epoch !== pull.epoch || newestOf(cursor) > userData.version)
    throw new ApiError("resync_required", [], { reason: "epoch" });
  checkCursor(userData, pull);
  const next: Cursor = { epoch: cursor.epoch, places: new Map(cursor.places) };
  const changes: JsonObject[] = [];
  let bytesLeft = pull.bytes;
  for (const source of pull.sources) {
    const place = placeIn(next, source);
    if (covers(place, userData.version)) continue;
    const begunAt = isStart(place) ? userData.horizon : place.begunAt;
    const behind = rowsOfSource(userData, source).filter(({ key, version }) => isUnread(place, key, version));
    behind.sort((a, b) => a.version - b.version || (a.key < b.key ? -1 : 1));
    let last: { version: number; key: string } | undefined;
    let count = 0;
    for (const row of behind) {
      if (changes.length === pull.limit) break;
      const change = changeOf(userData, source, row.key) as JsonObject;
      const size = JSON.stringify(change).length;
      if (size > bytesLeft && !(changes.length === 0 && pull.wholeFirstRow)) break;
      bytesLeft -= size;
      changes.push(change);
      last = row;
      count += 1;
    }
    if (count < behind.length) {
      next.places.set(source, last ? { version: last.version, after: last.key, begunAt } : place);
      return { changes, cursor: next, hasMore: true };
    }
    next.places.set(source, { version: userData.version, after: null, begunAt });
  }
  return { changes, cursor: next, hasMore: false };
}

function isUnread(place: Place, key: string, version: number): boolean {
  if (version !== place.version) return version > place.version;
  return place.after !== null && key > place.after;
}

/** All rows of a source with their versions, tombstones included. */
function rowsOfSource(userData: UserData, source: string): { key: string; version: number }[] {
  switch (source) {
    case "projects":
      return [...userData.projects.values()].map(({ id, version }) => ({ key: id, version }));
    case "chatSessions":
      return [...userData.sessions.values()].map(({ id, version }) => ({ key: id, version }));
    case "chatMessages":
      return [...userData.messages.values()].map(({ id, version }) => ({ key: id, version }));
    default:
      return [...(userData.records.get(source)?.values() ?? [])].map(({ id, version }) => ({ key: id, version }));
  }
}

/** A row as a pull and a conflict return it, or null. */
export function changeOf(userData: UserData, collection: string, key: string): Json {
  switch (collection) {
    case "projects":
      return change(collection, userData.projects.get(key), projectOnTheWire);
    case "chatSessions":
      return change(collection, userData.sessions.get(key), chatOnTheWire);
    case "chatMessages":
      return change(collection, userData.messages.get(key), chatOnTheWire);
    default:
      return change(collection, userData.records.get(collection)?.get(key), ({ value }) => value);
  }
}

function change<T extends { id: string; revision: number; deletedAt?: string }>(
  collection: string,
  row: T | undefined,
  read: (row: T) => JsonObject,
): Json {
  if (!row) return null;
  const { id: key, revision, deletedAt } = row;
  return { collection, key, revision, ...(deletedAt && { deletedAt }), value: deletedAt ? null : read(row) };
}

export function chatOnTheWire(row: SessionRow | MessageRow): JsonObject {
  const { version: _version, contentRevision: _content, ...shown } = row as MessageRow & Partial<SessionRow>;
  return shown as unknown as JsonObject;
}

export function projectOnTheWire({ version: _version, ...row }: ProjectRow): JsonObject {
  return row as unknown as JsonObject;
}
