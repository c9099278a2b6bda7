// What failed, over all collections, in words for people. Reads, never writes.

import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import type { FailedEntry } from "../types";

/** So much of a message stands for it in a list. */
const TITLE_CHARACTERS = 120;

/** In the order of writing. For liveQuery. */
export async function queryFailed(db: UserDatabase): Promise<FailedEntry[]> {
  const entries = await db.syncQueue.where("status").equals("failed").sortBy("order");
  const titles = await Promise.all(entries.map((entry) => titleOf(db, entry)));
  return entries.map(({ id, collection, key, error }, index) => ({
    entryId: id,
    collection,
    key,
    title: titles[index] ?? key,
    reason: error?.reason ?? "The server gave no reason.",
    ...(error?.code && { code: error.code }),
  }));
}

/** What people call the row; of a deleted one, what the server still has says it. */
async function titleOf(db: UserDatabase, { collection, key }: OutboxEntry): Promise<string | undefined> {
  const definition = db.definitions.get(collection);
  if (!definition) return undefined;
  const row = (await db.rows(definition).get(key)) ?? (await db.syncRows.get([collection, key]))?.base;
  const title = row?.title ?? row?.name ?? row?.fileName ?? row?.content;
  return typeof title === "string" ? beginning(title) : undefined;
}

/** By characters, never through the middle of one. */
function beginning(text: string): string {
  return [...text.slice(0, 2 * TITLE_CHARACTERS)].slice(0, TITLE_CHARACTERS).join("");
}
