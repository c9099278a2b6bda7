// What failed, over all sessions, in words for people. Reads, never writes; what a row is called is its collection's business.

import type { UserDatabase } from "../db/database";
import type { Transport } from "../outbox/transport";
import type { FailedEntry } from "../types";

/** In the order of writing. For liveQuery. */
export async function queryFailed(
  db: UserDatabase,
  transports: ReadonlyMap<string, Transport>,
): Promise<FailedEntry[]> {
  const entries = await db.syncQueue.where("status").equals("failed").sortBy("order");
  const titles = await Promise.all(entries.map((entry) => transports.get(entry.collection)?.title(entry)));
  return entries.map(({ id, collection, key, error }, index) => ({
    entryId: id,
    collection,
    key,
    title: titles[index] ?? key,
    reason: error?.reason ?? "The server gave no reason.",
    ...(error?.code && { code: error.code }),
  }));
}
