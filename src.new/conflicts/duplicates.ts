// Resolves name conflicts: two devices created rows of one unique name. By the kind's policy the rows become one and references are rewritten, or
// the local row is renamed. Inside the caller's transaction.

import { UNSEALED } from "../outbox/enqueue";
import { park } from "../outbox/retry";
import { putRow } from "../outbox/write";
import { keyOf } from "../store/entries";
import { changedMembers, own, TIMES } from "../store/merge";
import { markSynced, rowOf, rowsReferring, stateOf } from "../store/row-state";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry, Row } from "../store/tables";
import type { Clock } from "../types/clock";
import { toIso } from "../util/clock";
import { exactNumbersOf } from "../util/exact";
import { reconcile } from "./reconcile";

/** `server` is the row that has the name, as the refusal shows it. */
export async function resolveDuplicate(
  db: UserDatabase,
  kind: SyncedKind,
  entry: OutboxEntry,
  server: Row | null,
  clock: Clock,
): Promise<void> {
  const mine = await db.rows(kind).get(entry.key);
  if (!mine) return void (await db.syncQueue.delete(entry.id));
  const { id, value, revision } = (server ?? {}) as { id?: string; value?: Row; revision?: number };
  const theirs = id !== undefined && value ? rowOf(kind, id, value) : null;
  const now = toIso(clock.now());
  // A row that other devices know can't become part of another.
  if (theirs && entry.create && canMerge(kind, mine, theirs)) {
    await db.syncQueue.delete(entry.id);
    await db.rows(kind).delete(entry.key);
    await markSynced(db, await stateOf(db, kind, entry.key));
    await reconcile(
      db,
      kind,
      keyOf(kind, theirs),
      { revision: revision ?? 0, row: theirs, exact: exactNumbersOf(value) },
      clock,
    );
    await fillMissing(db, kind, mine, theirs, now);
    await relink(db, kind, entry.key, keyOf(kind, theirs), now);
    return;
  }
  const renamed = kind.conflictPolicy === "ask" ? null : await rename(db, kind, mine);
  if (!renamed) {
    await db.syncQueue.put(park(entry, "duplicate_name", "Another one has this name already."));
    return;
  }
  await db.syncQueue.put({ ...entry, ...UNSEALED, nextRetryAt: null });
  await putRow(db, kind, renamed, now);
}

/** Whether merging loses nothing: the rows agree in every member that both have. With "server-wins" the server's row replaces ours anyway. */
function canMerge(kind: SyncedKind, mine: Row, theirs: Row): boolean {
  if (kind.conflictPolicy === "server-wins") return true;
  if (kind.conflictPolicy !== "merge") return false;
  return changedMembers(kind, mine, theirs).every(
    (member) =>
      member === kind.key || TIMES.includes(member) || own(mine, member) == null || own(theirs, member) == null,
  );
}

/** Adds the members that only our row has to theirs. */
async function fillMissing(db: UserDatabase, kind: SyncedKind, mine: Row, theirs: Row, now: string): Promise<void> {
  const missing = Object.entries(mine).filter(([member, value]) => value != null && own(theirs, member) == null);
  if (missing.length === 0 || kind.conflictPolicy === "server-wins") return;
  const current = (await db.rows(kind).get(keyOf(kind, theirs))) ?? theirs;
  await putRow(db, kind, { ...current, ...Object.fromEntries(missing) }, now);
}

/** Rewrites references from one row to another. */
async function relink(db: UserDatabase, { name }: SyncedKind, from: string, to: string, now: string): Promise<void> {
  for (const kind of db.kinds.values()) {
    for (const { member, collection } of kind.references) {
      if (collection !== name) continue;
      for (const row of await rowsReferring(db, kind, member, from)) {
        await putRow(db, kind, { ...row, [member]: to }, now);
      }
    }
  }
}

/** "Name (2)", or the next free number on this device. `null` where the unique members are references. */
async function rename(db: UserDatabase, kind: SyncedKind, row: Row): Promise<Row | null> {
  const links = kind.references.map(({ member }) => member);
  const member = kind.unique.find((candidate) => !links.includes(candidate));
  if (!member) return null;
  const [, stem = "", last = "1"] = /^(.*?)(?: \((\d+)\))?$/s.exec(String(row[member])) ?? [];
  const names = new Set((await db.rows(kind).toArray()).map((other) => other[member]));
  let number = Number(last) + 1;
  while (names.has(`${stem} (${number})`)) number += 1;
  return { ...row, [member]: `${stem} (${number})` };
}
