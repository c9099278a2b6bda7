// Writes of the application. A put of a row that the application was given writes what it changed, and what has changed meanwhile stays. Of a member
// that another device has changed too, the kind's conflict policy decides. Loaded on demand (kinds/edits.ts). Inside the caller's transaction.

import { LandfallError } from "../errors";
import { FAULTS_ENABLED, hasFault } from "../faults";
import { putRow, type WriteOptions } from "../outbox/write";
import { handedOut } from "../store/handed-out";
import { changedMembers, mergeRows, own } from "../store/merge";
import { stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";

export interface Edit {
  key: string;
  /** The object that the application put. */
  input: Row;
  /** The row that the input makes of another, or of nothing. Checked. */
  complete(from: Row | undefined): Row;
  /** Members that every put sets. */
  stamps?: Row;
}

/** What was stored. */
export interface Edited {
  row: Row;
  /** The row that it was made from, where the user must decide between it and the server's. */
  askFrom?: Row;
}

/** Stores the row and queues it. */
export async function putEdited(
  db: UserDatabase,
  kind: SyncedKind,
  { key, input, complete, stamps }: Edit,
  now: string,
  options: WriteOptions = {},
): Promise<Edited> {
  const memory = handedOut(db);
  const current = await db.rows(kind).get(key);
  const isForm = FAULTS_ENABLED && hasFault("form saved as it is");
  const base = current && (isForm ? undefined : memory.baseOf(kind, key, input, complete));
  const mine = complete(base ?? current);
  const edit = base
    ? await mergeEdit(db, kind, { key, base, mine, current, onTop: complete(current) })
    : { row: mine, ask: false, refused: false };
  const row = { ...edit.row, ...stamps };
  if (base && edit.refused) await kind.onOverruled?.(db, { key, base, mine, theirs: current, since: now });
  await putRow(db, kind, row, now, options);
  memory.wrote(kind, current, row);
  memory.give(kind, [row]);
  // The application may change the same object again.
  memory.isLike(input, mine);
  return { row, ...(edit.ask && base && { askFrom: base }) };
}

/**
 * Changes the named members of a row and queues it. `changes` are checked. `now` is RFC 3339 UTC.
 *
 * @throws LandfallError `not_found`.
 */
export async function updateEdited(
  db: UserDatabase,
  kind: SyncedKind,
  key: string,
  changes: Row,
  now: string,
): Promise<Edited> {
  const current = await db.rows(kind).get(key);
  if (!current) throw new LandfallError("not_found", `There is no such row in ${kind.name} on this device.`);
  const row = { ...current, ...changes };
  if (changedMembers(kind, current, row).length > 0) await putRow(db, kind, row, now);
  const memory = handedOut(db);
  memory.wrote(kind, current, row);
  memory.give(kind, [row]);
  return { row };
}

async function mergeEdit(
  db: UserDatabase,
  kind: SyncedKind,
  { key, base, mine, current, onTop }: { key: string; base: Row; mine: Row; current: Row; onTop: Row },
): Promise<{ row: Row; ask: boolean; refused: boolean }> {
  const { base: known } = await stateOf(db, kind, key);
  // What differs from the server's row was changed on this device.
  const server = known === undefined ? current : (known ?? base);
  const changedElsewhere = changedMembers(kind, base, server).filter(
    (member) => !handedOut(db).isOwn(kind, current, member),
  );
  const ours = changedMembers(kind, base, mine);
  const different = changedMembers(kind, mine, current);
  const contested = ours.filter((member) => changedElsewhere.includes(member) && different.includes(member));
  const clashes: string[] = [];
  const row = mergeRows(kind, base, mine, current, clashes);
  // The row as it was undoes this device's later edits, and no other device's. Members that the input leaves out stay.
  const named = changedMembers(kind, current, onTop);
  const undone = ours.length === 0 ? named.filter((member) => !changedElsewhere.includes(member)) : [];
  const refused = kind.conflictPolicy === "server-wins" ? contested : [];
  const asked = kind.conflictPolicy === "ask" ? contested : clashes;
  return {
    row: { ...row, ...pick(mine, undone), ...pick(current, refused) },
    ask: contested.some((member) => asked.includes(member)),
    refused: refused.length > 0,
  };
}

function pick(row: Row, members: readonly string[]): Row {
  return Object.fromEntries(members.map((member) => [member, own(row, member)]));
}
