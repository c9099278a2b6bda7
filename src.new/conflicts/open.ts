// The open conflicts with both sides. Queries only. Loaded on demand (kinds/edits.ts).

import type { UserDatabase } from "../store/synced-kind";
import type { ConflictRow } from "../store/tables";
import type { Conflict } from "../types/conflicts";

/** For liveQuery. */
export async function queryConflicts(db: UserDatabase): Promise<Conflict[]> {
  const open = await db.conflicts.toArray();
  return Promise.all(open.map((conflict) => bothSides(db, conflict)));
}

async function bothSides(db: UserDatabase, { collection, key, base, since }: ConflictRow): Promise<Conflict> {
  const kind = db.kinds.get(collection);
  const mine = kind && (await db.rows(kind).get(key));
  const theirs = (await db.syncRows.get([collection, key]))?.base;
  return { collection, key, base, mine: mine ?? null, theirs: theirs ?? null, since };
}
