// Explains why a row isn't synced, for `sync.why`. Queries only. Loaded on demand (kinds/edits.ts).

import { rowSync } from "../store/row-sync";
import type { UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import type { SyncExplanation } from "../types/sync";

/** `blocked`: what blocks the whole queue blocks this row's entries. `null` for a row that this device doesn't know. */
export async function explain(db: UserDatabase, key: string, blocked?: string): Promise<SyncExplanation | null> {
  const entries = await findEntries(db, key);
  if (!entries) return null;
  const [first] = entries;
  return {
    key,
    sync: rowSync(entries, blocked),
    attempts: first?.attempts ?? 0,
    ...(first?.nextRetryAt && { nextRetryAt: first.nextRetryAt }),
    ...(first && { queuedAt: first.queuedAt }),
  };
}

/** The entries of the row with this key, in order; none for a synced row, `null` for a row that this device doesn't know. */
async function findEntries(db: UserDatabase, key: string): Promise<OutboxEntry[] | null> {
  const entries = await db.syncQueue.where("key").equals(key).sortBy("order");
  if (entries.length > 0) return entries;
  const known = await db.syncRows.filter((state) => state.key === key && !state.deleted).first();
  return known || (await isKnown(db, key)) ? [] : null;
}

/** Rows of immutable kinds have no state, and rows that were sent have another key than the one that they were created under. */
async function isKnown(db: UserDatabase, key: string): Promise<boolean> {
  for (const kind of db.kinds.values()) {
    const { temporaryKeyOf } = kind;
    if (kind.immutable && (await db.rows(kind).get(key))) return true;
    if (
      temporaryKeyOf &&
      (await db
        .rows(kind)
        .filter((row) => temporaryKeyOf(row) === key)
        .first())
    )
      return true;
  }
  return false;
}
