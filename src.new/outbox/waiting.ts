// What waits in the queue for many rows at once. Loaded on demand (kinds/edits.ts).

import { entriesIn, groupByKey } from "../store/entries";
import type { SyncedKind, UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";

/** So many times as many entries as keys are read in one request rather than by their keys. */
const SCAN_FACTOR = 8;

/** The entries of these rows by key, in order. */
export async function queuedByKey(
  db: UserDatabase,
  kind: SyncedKind,
  keys: readonly string[],
): Promise<Map<string, OutboxEntry[]>> {
  const count = await db.syncQueue.count();
  if (count === 0) return new Map();
  if (count <= SCAN_FACTOR * keys.length) return groupByKey(await entriesIn(db, kind.name));
  const names = keys.map((key): [string, string] => [kind.name, key]);
  return groupByKey(await db.syncQueue.where("[collection+key]").anyOf(names).sortBy("order"));
}

/** Whether an entry is a put that isn't sealed, and that waits for no decision. */
export function isPlainPut({ op, type, number, error }: OutboxEntry): boolean {
  return op === "put" && type === "mutation" && number === null && error?.kind !== "conflict";
}
