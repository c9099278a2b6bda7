// The code of the application's writes and queries, which pages load on demand. All functions run inside the caller's transaction.

import { type Edited, putEdited, updateEdited } from "../conflicts/edit";
import { InvalidInputError } from "../errors";
import { checkSize } from "../store/check-members";
import { checkRow } from "../store/check-row";
import { keyOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { checkKey, cleanJson } from "../store/validate";
import type { PutOptions } from "../types/collections";
import { checkInput, maxRowBytes } from "./check-input";

export { putEdited, updateEdited } from "../conflicts/edit";
export { askAbout } from "../conflicts/reconcile";
export { resolveConflict } from "../conflicts/resolve";
export { discardEntry } from "../outbox/discard";
export { checkMembers, checkSize } from "../store/check-members";
export { handedOut } from "../store/handed-out";
export { excludeCollection, includeCollection } from "../sync/exclude";
export { explain } from "../sync/explain";
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

async function requireRowSize(db: UserDatabase, kind: SyncedKind, row: Row): Promise<void> {
  checkSize("", kind.toBody(row, null), await maxRowBytes(db, kind));
}
