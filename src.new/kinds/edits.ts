// The code of the application's writes and queries, which pages load on demand. All functions run inside the caller's transaction.

import { type Edited, putEdited, updateEdited } from "../conflicts/edit";
import { askAbout } from "../conflicts/reconcile";
import { InvalidInputError } from "../errors";
import { deleteRow } from "../outbox/delete";
import { checkSize } from "../store/check-members";
import { checkRow } from "../store/check-row";
import { keyOf } from "../store/entries";
import { bodyOf } from "../store/merge";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { checkKey, cleanJson, requireWritable } from "../store/validate";
import type { Clock } from "../types/clock";
import type { PutOptions } from "../types/collections";
import { checkInput, maxRowBytes } from "./check-input";

export { putEdited, updateEdited } from "../conflicts/edit";
export { queryConflicts } from "../conflicts/open";
export { resolveConflict } from "../conflicts/resolve";
export { retryEntries } from "../outbox/actions";
export { discardEntry } from "../outbox/discard";
export { checkMembers, checkSize } from "../store/check-members";
export { handedOut } from "../store/handed-out";
export { excludeCollection, includeCollection } from "../sync/exclude";
export { explain } from "../sync/explain";
export { queryFailed } from "../sync/failed";
export { readOmittedRows } from "../sync/omitted-rows";
export { askOutcomes, closeClient } from "../sync/outcomes";
export { deleteMany, putMany, touchedTables, updateMany } from "./bulk";
export { runAtomic } from "./run-atomic";
export { requireIndex, runQuery } from "./run-query";
export * from "./writes";

/** Checks and stores a row. `now` is RFC 3339 UTC. Throws InvalidInputError, or LandfallError `read_only`. */
export async function put(
  db: UserDatabase,
  kind: SyncedKind,
  row: Row,
  now: string,
  options: PutOptions = {},
): Promise<Edited> {
  checkInput(kind, row, "row");
  const checked = checkRow(kind, row);
  await requireRowSize(db, kind, checked);
  return putEdited(db, kind, { key: keyOf(kind, checked), input: row, complete: () => checked }, now, options);
}

/** Checks and stores changes of a row. Members that are `undefined` are left out. Throws like `put`, and LandfallError `not_found`. */
export async function update(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  changes: Row,
  now: string,
): Promise<Edited> {
  checkInput(kind, changes, "changes");
  checkKey(`/${kind.key}`, key);
  if ((changes[kind.key] ?? key) !== key) throw new InvalidInputError(`/${kind.key}`, "The key of a row can't change.");
  const edited = await updateEdited(db, kind, key, cleanJson("", changes, 0) as Row, now);
  await requireRowSize(db, kind, edited.row);
  return edited;
}

/** Deletes a row with its parts. A key without a row does nothing. Throws InvalidInputError, or LandfallError `read_only`. */
export async function remove(db: UserDatabase, kind: SyncedKind, key: string, now: string): Promise<void> {
  requireWritable(kind);
  checkKey(`/${kind.key}`, key);
  await deleteRow(db, kind, key, now);
}

/** Asks the user about a stored row where that must be. Returns the row. */
export async function askWhereNeeded(
  db: UserDatabase,
  kind: SyncedKind,
  { row, askFrom }: Edited,
  clock: Clock,
): Promise<Row> {
  if (askFrom) await askAbout(db, kind, keyOf(kind, row), askFrom, clock);
  return row;
}

async function requireRowSize(db: UserDatabase, kind: SyncedKind, row: Row): Promise<void> {
  checkSize("", bodyOf(kind, row, null), await maxRowBytes(db, kind));
}
