// Finds the unsent files that a row mentions. An application may mention a file anywhere (a thumbnail, metadata, deep in a document), so the text
// is searched for the ids themselves, which are UUIDs.

import { nameOf, uploadsIn } from "../store/entries";
import type { UserDatabase } from "../store/synced-kind";
import type { Row } from "../store/tables";

/** As "collection:id". */
export async function unsentFilesIn(db: UserDatabase, row: Row): Promise<string[]> {
  const uploads = await uploadsIn(db);
  if (uploads.length === 0) return [];
  const text = JSON.stringify(row);
  return uploads.filter(({ key }) => text.includes(key)).map(({ collection, key }) => nameOf(collection, key));
}
