// The code of the application's writes, which pages load on demand. All functions run inside the caller's transaction.

import { type Edited, putEdited, updateEdited } from "../conflicts/edit";
import { putTogether } from "../conflicts/put-many";
import { type FieldFault, InvalidInputError } from "../errors";
import { AppState, type UserState } from "../store/app-state";
import { checkMembers, checkSize, rejectFaults } from "../store/check-members";
import { checkRow } from "../store/check-row";
import { keyOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { checkKey, cleanJson, isPlainObject, requireWritable } from "../store/validate";
import type { PutOptions } from "../types/collections";

export { putEdited, updateEdited } from "../conflicts/edit";
export { resolveConflict } from "../conflicts/resolve";
export { discardEntry } from "../outbox/discard";
export { checkMembers, checkSize } from "../store/check-members";
export { handedOut } from "../store/handed-out";
export { excludeCollection, includeCollection } from "../sync/exclude";
export { findEntries } from "../sync/explain";
export { runAtomic } from "./run-atomic";
export * from "./writes";

/** The limit of a collection's row, in bytes, until the server has told it. */
const MAX_ROW_BYTES = 1024 * 1024;

/** Checks and stores a row. `now` is RFC 3339 UTC. Throws InvalidInputError, or LandfallError `read_only`. */
export async function put(
  db: UserDatabase,
  kind: SyncedKind,
  row: Row,
  now: string,
  options: PutOptions = {},
): Promise<Edited> {
  check(kind, row, "row");
  const checked = checkRow(kind, row);
  await requireRowSize(db, kind, checked);
  return putEdited(db, kind, { key: keyOf(kind, checked), input: row, complete: () => checked }, now, options);
}

/** The most faults that an error about many rows names. */
const MAX_FAULTS = 50;

/** Checks and stores rows. Throws like `put`, with the index of the row before its pointers. */
export async function putMany(
  db: UserDatabase,
  kind: SyncedKind,
  inputs: readonly Row[],
  now: string,
  options: PutOptions = {},
): Promise<Edited[]> {
  const usual = await maxRowBytes(db, kind);
  const faults: FieldFault[] = [];
  const all = inputs.flatMap((input, index) => {
    try {
      check(kind, input, "row");
      const row = checkRow(kind, input);
      checkSize("", kind.toBody(row, null), usual);
      return [{ input, row }];
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      faults.push(...error.errors.map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message })));
      return [];
    }
  });
  rejectFaults(faults.slice(0, MAX_FAULTS));
  const others = new Set((await putTogether(db, kind, all, now, options)).map(({ row }) => row));
  const edited: Edited[] = [];
  for (const { input, row } of all) {
    const edit = { key: keyOf(kind, row), input, complete: () => row };
    const isAlone = others.has(row);
    edited.push(isAlone ? await putEdited(db, kind, edit, now, options) : { row });
  }
  return edited;
}

/** Checks and stores changes of a row. Members that are `undefined` are left out. Throws like `put`, and LandfallError `not_found`. */
export async function update(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  changes: Row,
  now: string,
): Promise<Edited> {
  check(kind, changes, "changes");
  checkKey(`/${kind.key}`, key);
  if (!isPlainObject(changes)) throw new InvalidInputError("", "Changes are a plain object.");
  if ((changes[kind.key] ?? key) !== key) throw new InvalidInputError(`/${kind.key}`, "The key of a row can't change.");
  const edited = await updateEdited(db, kind, key, cleanJson("", changes, 0) as Row, now);
  await requireRowSize(db, kind, edited.row);
  return edited;
}

function check(kind: SyncedKind, input: Row, of: "row" | "changes"): void {
  requireWritable(kind);
  // What stays on this device is the application's alone.
  if (kind.direction === "both") checkMembers(kind.name, input, of);
}

async function requireRowSize(db: UserDatabase, kind: SyncedKind, row: Row): Promise<void> {
  checkSize("", kind.toBody(row, null), await maxRowBytes(db, kind));
}

async function maxRowBytes(db: UserDatabase, { name }: SyncedKind): Promise<number> {
  return (await toldLimits(db)).maxValueBytes?.[name] ?? MAX_ROW_BYTES;
}

/** The server's limits, as far as it has told them. */
export async function toldLimits(db: UserDatabase): Promise<Partial<UserState["sync.limits"]>> {
  return (await new AppState<UserState>(db.appState).get("sync.limits")) ?? {};
}
