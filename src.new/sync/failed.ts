// The failed entries of all collections, with text for people. Queries only. Loaded on demand (kinds/edits.ts).

import { failedEntries } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { OutboxEntry } from "../store/tables";
import type { FailedEntry } from "../types/sync";

/** The length of a title in characters. */
const TITLE_CHARACTERS = 120;

/** In the order of writing. For liveQuery. */
export async function queryFailed(db: UserDatabase): Promise<FailedEntry[]> {
  const entries = await failedEntries(db).sortBy("order");
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

/** Of a row that is deleted here, the server's row has the title. */
async function titleOf(db: UserDatabase, { collection, key }: OutboxEntry): Promise<string | undefined> {
  const kind = db.kinds.get(collection);
  if (!kind) return undefined;
  const row = (await db.rows(kind).get(key)) ?? (await db.syncRows.get([collection, key]))?.base;
  const title = row && kind.titleOf?.(row);
  return typeof title === "string" ? firstCharacters(title) : undefined;
}

/** Cuts between code points. */
function firstCharacters(text: string): string {
  return [...text.slice(0, 2 * TITLE_CHARACTERS)].slice(0, TITLE_CHARACTERS).join("");
}
