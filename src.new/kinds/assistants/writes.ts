// Writes of assistants. Loaded on demand (kinds/edits.ts). All functions run inside the caller's transaction. `now` is RFC 3339 UTC.

import { type Edited, putEdited, updateEdited } from "../../conflicts/edit";
import { LandfallError } from "../../errors";
import { putRow } from "../../outbox/write";
import { handedOut } from "../../store/handed-out";
import { stateOf, statesIn } from "../../store/row-state";
import type { SyncedKind, UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import type { PutOptions } from "../../types/collections";
import type { RestorableWrites } from "../restorable-writes";
import { newNanoid, newPendingId } from "./ids";
import { checkAssistant, checkNanoid } from "./validate";

const ROBOT = "🤖";

export const assistantWrites: RestorableWrites = {
  put: putAssistant,
  update: updateAssistant,
  restore: restoreAssistant,
  deleted: deletedAssistants,
};

/** The names of a create that was begun elsewhere. */
export interface CreateOptions {
  id?: string;
  tempId?: string;
  /** RFC 3339 UTC. */
  createdAt?: string;
}

/** Stores a new assistant. Throws InvalidInputError. */
export async function createAssistant(
  db: UserDatabase,
  kind: SyncedKind,
  input: unknown,
  now: string,
  { id = newNanoid(), tempId = newPendingId(now), createdAt = now }: CreateOptions = {},
): Promise<Edited> {
  const row = { ...freshRow(id, tempId, createdAt, now), ...checkAssistant(input, undefined) };
  await putRow(db, kind, row, now);
  handedOut(db).give(kind, [row]);
  return { row };
}

/** Stores an assistant that was handed out, or a new one. Throws InvalidInputError. */
async function putAssistant(
  db: UserDatabase,
  kind: SyncedKind,
  input: Row,
  now: string,
  options: PutOptions = {},
): Promise<Edited> {
  checkNanoid(input?.id);
  const id = String(input.id);
  const given = checkAssistant(input, await db.rows(kind).get(id));
  const complete = (from: Row = freshRow(id, newPendingId(now), now, now)) => ({ ...from, ...given });
  return putEdited(db, kind, { key: id, input, complete, stamps: { updatedAt: now } }, now, options);
}

/** Changes the named members. Throws InvalidInputError, and LandfallError `not_found`. */
async function updateAssistant(
  db: UserDatabase,
  kind: SyncedKind,
  id: string,
  changes: Row,
  now: string,
): Promise<Edited> {
  const given = checkAssistant(changes, (await db.rows(kind).get(id)) ?? {});
  return updateEdited(db, kind, id, { ...given, updatedAt: now }, now);
}

/** Restores a deleted assistant. Throws LandfallError `not_found`. */
async function restoreAssistant(db: UserDatabase, kind: SyncedKind, id: string, now: string): Promise<Edited> {
  const { deletedRow } = await stateOf(db, kind, id);
  if (!deletedRow || (await db.rows(kind).get(id)))
    throw new LandfallError("not_found", "There is no deleted assistant with this id on this device.");
  const row = { ...deletedRow, updatedAt: now };
  await putRow(db, kind, row, now);
  return { row };
}

/** The rows of deleted assistants, as they were. */
async function deletedAssistants(db: UserDatabase, kind: SyncedKind): Promise<Row[]> {
  const living = new Set(await db.rows(kind).toCollection().primaryKeys());
  const states = await statesIn(db, kind.name);
  return states.flatMap(({ key, deletedRow }) => (deletedRow && !living.has(key) ? [deletedRow] : []));
}

/** A row before the owner has set anything. The server replaces the members that it sets. */
function freshRow(id: string, tempId: string, createdAt: string, updatedAt: string): Row {
  const own = { emoji: ROBOT, tags: [], category: [], isPublic: false, status: "draft" };
  return { id, tempId, ...own, author: "", usageCount: 0, version: 0, createdAt, updatedAt };
}
