// Records that the server has applied an entry, inside the caller's transaction.

import { FAULTS_ENABLED, hasFault } from "../faults";
import { changeRow, changeRows } from "../store/change-rows";
import { withEarlier } from "../store/earlier";
import { entriesOf, nameOf } from "../store/entries";
import { markSynced, rowOf, rowsReferring, stateOf } from "../store/row-state";
import type { Acknowledgement, SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import { rounded } from "../util/exact";
import type { SealedEntry } from "./seal";

/** `later` is the row's entry that was written while this one was in flight. */
export async function acknowledge(
  db: UserDatabase,
  kind: SyncedKind,
  entry: SealedEntry,
  later: OutboxEntry | undefined,
  acknowledgement: Acknowledgement,
): Promise<void> {
  const { key, revision } = acknowledgement;
  await db.syncQueue.delete(entry.id);
  if (key !== entry.key) await replaceKey(db, kind, entry.key, acknowledgement);
  if (kind.immutable) {
    const row = await db.rows(kind).get(key);
    if (row && row.revision !== revision) await db.rows(kind).put({ ...row, revision });
  } else {
    if (FAULTS_ENABLED && later && hasFault("edit during a push dropped")) await db.syncQueue.delete(later.id);
    await updateState(db, kind, { ...entry, key }, later, revision);
  }
  await kind.onAcknowledged?.(db, entry, acknowledgement);
}

async function updateState(
  db: UserDatabase,
  kind: SyncedKind,
  { op, key, body }: SealedEntry,
  later: OutboxEntry | undefined,
  revision: number,
): Promise<void> {
  const isDelete = op === "delete";
  const before = await stateOf(db, kind, key);
  const { deleted: _deleted, provisional: _provisional, base, ...known } = before;
  // A body may lack members of the row that the server knows.
  const whole = kind.serverMembers.length > 0 ? base : null;
  const sent = isDelete ? null : rowOf(kind, key, { ...whole, ...rounded(body.value) });
  const earlier = withEarlier(kind, before, base, sent);
  const state = { ...known, ...earlier, revision, ...(isDelete && revision > 0 && { deleted: true as const }) };
  // The server had the same content already and raised nothing: its row is what it was before.
  const unchanged = base && !isDelete && revision === known.revision ? base : null;
  if (isDelete) await kind.onRemoteDelete?.(db, key, undefined);
  if (later || state.localOnly) {
    // Later edits were made from the row as it was sent.
    await db.syncRows.put({ ...state, base: unchanged ?? sent });
    return;
  }
  const row = await db.rows(kind).get(key);
  if (row && unchanged) await db.rows(kind).put(unchanged);
  else if (row && "revision" in row) await db.rows(kind).put({ ...row, revision });
  await markSynced(db, state);
  if (known.pendingRemote) await db.syncRows.put({ ...state });
}

/**
 * Replaces the temporary key of a row by the server's: in the row, its state, its other entries, the rows that refer to it, and the entries that
 * need it. A row that was pulled under the server's key already is the newer one and stays.
 */
async function replaceKey(
  db: UserDatabase,
  kind: SyncedKind,
  from: string,
  { key: to, revision }: Acknowledgement,
): Promise<void> {
  const { name } = kind;
  const row = await db.rows(kind).get(from);
  const pulled = await db.rows(kind).get(to);
  const there = await db.syncRows.get([name, to]);
  await db.rows(kind).delete(from);
  // Of a row that was deleted at the server before, nothing comes back.
  if (row && !pulled && !there?.deleted)
    await db.rows(kind).put({ ...row, [kind.key]: to, ...("revision" in row && { revision }) });
  if (kind.immutable) return;
  const state = await db.syncRows.get([name, from]);
  await db.syncRows.delete([name, from]);
  if (state) await db.syncRows.put({ ...state, ...there, key: to });
  for (const entry of await entriesOf(db, name, from)) await changeRow(db.syncQueue, entry.id, { key: to });
  const [before, after] = [nameOf(name, from), nameOf(name, to)];
  const renamed = (one: string) => (one === before ? after : one);
  const others = db.syncQueue.filter(({ needs, batchGroup }) => needs.includes(before) || batchGroup === before);
  await changeRows(db.syncQueue, others, ({ needs, batchGroup }) => ({
    needs: needs.map(renamed),
    batchGroup: renamed(batchGroup),
  }));
  for (const other of db.kinds.values()) {
    for (const { member, collection } of other.references) {
      if (collection !== name) continue;
      for (const referring of await rowsReferring(db, other, member, from)) {
        await db.rows(other).put({ ...referring, [member]: to });
      }
    }
  }
}
