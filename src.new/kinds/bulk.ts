// Edits of many rows. Loaded on demand (edits.ts). Inside the caller's transaction over the tables of `touchedTables`. `now` is RFC 3339 UTC.

import type { Table } from "dexie";
import type { Edited } from "../conflicts/edit";
import { putEdited } from "../conflicts/edit";
import { storeTogether } from "../conflicts/put-many";
import { type FieldFault, InvalidInputError, LandfallError } from "../errors";
import { deleteTogether } from "../outbox/delete-many";
import { putRow } from "../outbox/write";
import { checkSize, rejectFaults } from "../store/check-members";
import { checkRow } from "../store/check-row";
import { keyOf } from "../store/entries";
import { handedOut } from "../store/handed-out";
import { bodyOf, changedMembers } from "../store/merge";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { checkKey, cleanJson, requireWritable } from "../store/validate";
import type { PutOptions, RowChanges } from "../types/collections";
import { checkInput, maxRowBytes } from "./check-input";

/** The most faults that an error about many rows names. */
const MAX_FAULTS = 50;

/** The tables that edits of a kind read or write: its own, those of rows that a delete cascades to, and those of the outbox. */
export function touchedTables(db: UserDatabase, kind: SyncedKind): Table[] {
  const kinds = new Set([kind]);
  for (const { name } of kinds) {
    for (const other of db.kinds.values()) {
      if (other.references.some(({ collection, onDelete }) => collection === name && onDelete !== "stay"))
        kinds.add(other);
    }
  }
  const ofKinds = [...kinds].flatMap(({ table, stores = [] }) => [
    table,
    ...stores.flatMap((some) => Object.keys(some)),
  ]);
  return [...[...new Set(ofKinds)].map((name) => db.table(name)), db.syncQueue, db.syncRows, db.conflicts, db.appState];
}

/** Checks and stores rows. Throws like `put`, with the index of the row before its pointers. */
export async function putMany(
  db: UserDatabase,
  kind: SyncedKind,
  inputs: readonly Row[],
  now: string,
  options: PutOptions = {},
): Promise<Edited[]> {
  const most = await maxRowBytes(db, kind);
  const all = checkEach(inputs, (input) => {
    checkInput(kind, input, "row");
    const row = checkRow(kind, input);
    checkSize("", bodyOf(kind, row, null), most);
    return { input, row };
  });
  const others = new Set((await storeTogether(db, kind, all, now, options)).map(({ row }) => row));
  const edited: Edited[] = [];
  for (const { input, row } of all) {
    const edit = { key: keyOf(kind, row), input, complete: () => row };
    const isAlone = others.has(row);
    edited.push(isAlone ? await putEdited(db, kind, edit, now, options) : { row });
  }
  return edited;
}

/** Checks and stores changes of rows. Throws like `update`, with the index of the change before its pointers. */
export async function updateMany(
  db: UserDatabase,
  kind: SyncedKind,
  all: readonly RowChanges<Row>[],
  now: string,
): Promise<Edited[]> {
  const most = await maxRowBytes(db, kind);
  const rows = new Map<string, { before: Row; row: Row }>();
  const keys = [...new Set(all.map(({ key }) => key))];
  const present = await db.rows(kind).bulkGet(keys);
  for (const [index, key] of keys.entries()) {
    const before = present[index];
    if (before) rows.set(key, { before, row: before });
  }
  checkEach(all, ({ key, changes, remove = [] }) => {
    checkInput(kind, changes, "changes");
    checkKey(`/${kind.key}`, key);
    if ((changes[kind.key] ?? key) !== key || remove.includes(kind.key))
      throw new InvalidInputError(`/${kind.key}`, "The key of a row can't change.");
    const known = rows.get(key);
    if (!known) throw new LandfallError("not_found", `There is no row "${key}" in ${kind.name} on this device.`);
    const changed = { ...known.row, ...(cleanJson("", changes, 0) as Row) };
    const row = Object.fromEntries(Object.entries(changed).filter(([member]) => !remove.includes(member)));
    if (remove.length > 0) checkInput(kind, row, "row");
    checkSize("", bodyOf(kind, row, null), most);
    rows.set(key, { ...known, row });
  });
  const changed = [...rows.values()].filter(({ before, row }) => changedMembers(kind, before, row).length > 0);
  const memory = handedOut(db);
  const others = await storeTogether(
    db,
    kind,
    changed.map(({ row }) => ({ row })),
    now,
  );
  for (const { row } of others) {
    await putRow(db, kind, row, now);
    memory.wrote(kind, rows.get(keyOf(kind, row))?.before, row);
  }
  memory.give(
    kind,
    [...rows.values()].map(({ row }) => row),
  );
  return all.flatMap(({ key }) => rows.get(key) ?? []);
}

/** Deletes rows, each like `delete`. Keys without a row are left out. */
export async function deleteMany(
  db: UserDatabase,
  kind: SyncedKind,
  keys: readonly string[],
  now: string,
): Promise<Edited[]> {
  requireWritable(kind);
  checkEach(keys, (key) => checkKey(`/${kind.key}`, key));
  await deleteTogether(db, kind, [...new Set(keys)], now);
  return [];
}

/** Checks all inputs, and throws one InvalidInputError about all that are wrong. */
function checkEach<T, C>(inputs: readonly T[], check: (input: T) => C): C[] {
  const faults: FieldFault[] = [];
  const checked = inputs.flatMap((input, index) => {
    try {
      return [check(input)];
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      faults.push(...error.errors.map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message })));
      return [];
    }
  });
  rejectFaults(faults.slice(0, MAX_FAULTS));
  return checked;
}
