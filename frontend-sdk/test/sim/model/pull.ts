// Pull: what changed since a cursor, in pages, each of one moment.

import type { Json, JsonObject } from "../json";
import { type Cursor, covers, isBehind, isStart, newestOf, type Place, placeIn } from "./cursor";
import { Refusal } from "./refusal";
import type { MessageRow, ProjectRow, SessionRow, Space } from "./space";

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
  /** Rows at most. */
  limit: number;
}

/** What can't be pulled afterwards should not be pushed either. */
export function checkCursor({ horizon }: Space, { cursor, epoch, sources }: Pull): void {
  if (!cursor) return;
  if (cursor.epoch !== epoch) throw new Refusal("resync_required", [], { reason: "epoch" });
  if (sources.some((source) => isBehind(placeIn(cursor, source), horizon))) {
    throw new Refusal("resync_required", [], { reason: "horizon" });
  }
}

export function nextPage(space: Space, pull: Pull): Page {
  const cursor = pull.cursor ?? { epoch: pull.epoch, places: new Map<string, Place>() };
  if (cursor.epoch !== pull.epoch || newestOf(cursor) > space.version)
    throw new Refusal("resync_required", [], { reason: "epoch" });
  checkCursor(space, pull);
  const next: Cursor = { epoch: cursor.epoch, places: new Map(cursor.places) };
  const changes: JsonObject[] = [];
  for (const source of pull.sources) {
    const place = placeIn(next, source);
    if (covers(place, space.version)) continue;
    const begunAt = isStart(place) ? space.horizon : place.begunAt;
    const behind = rowsOfSource(space, source).filter(({ key, version }) => isUnread(place, key, version));
    behind.sort((a, b) => a.version - b.version || (a.key < b.key ? -1 : 1));
    const fitting = behind.slice(0, pull.limit - changes.length);
    for (const { key } of fitting) changes.push(changeOf(space, source, key) as JsonObject);
    if (fitting.length < behind.length) {
      const last = fitting.at(-1);
      next.places.set(source, last ? { version: last.version, after: last.key, begunAt } : place);
      return { changes, cursor: next, hasMore: true };
    }
    next.places.set(source, { version: space.version, after: null, begunAt });
  }
  return { changes, cursor: next, hasMore: false };
}

function isUnread(place: Place, key: string, version: number): boolean {
  if (version !== place.version) return version > place.version;
  return place.after !== null && key > place.after;
}

/** Every row of a source, living or buried, with the version that it was stamped with. */
function rowsOfSource(space: Space, source: string): { key: string; version: number }[] {
  switch (source) {
    case "projects":
      return [...space.projects.values()].map(({ id, version }) => ({ key: id, version }));
    case "chatSessions":
      return [...space.sessions.values()].map(({ id, revision }) => ({ key: id, version: revision }));
    case "chatMessages":
      return [...space.messages.values()].map(({ id, revision }) => ({ key: id, version: revision }));
    default:
      return [...(space.records.get(source)?.values() ?? [])].map(({ id, version }) => ({ key: id, version }));
  }
}

/** A row as a pull and a conflict show it; null where there is none. */
export function changeOf(space: Space, collection: string, key: string): Json {
  switch (collection) {
    case "projects":
      return change(collection, space.projects.get(key), projectOnTheWire);
    case "chatSessions":
      return change(collection, space.sessions.get(key), chatOnTheWire);
    case "chatMessages":
      return change(collection, space.messages.get(key), chatOnTheWire);
    default:
      return change(collection, space.records.get(collection)?.get(key), ({ value }) => value);
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
  return { ...row } as unknown as JsonObject;
}

export function projectOnTheWire({ version: _version, ...row }: ProjectRow): JsonObject {
  return row as unknown as JsonObject;
}
