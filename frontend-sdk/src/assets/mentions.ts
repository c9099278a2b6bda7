// Which of this device's unsent files a row speaks of. Files are mentioned wherever an application likes (a thumbnail, a message's metadata, deep in
// a project's document), so the ids themselves are looked for: UUIDs mean nothing else.

import type { UserDatabase } from "../db/database";
import type { OutboxEntry, Row } from "../db/device-tables";
import { ASSETS } from "../rows/definition";
import { entriesIn, nameOf } from "../rows/state";

/** Uploads of this device, in the order of writing. */
export async function uploadsOf(db: UserDatabase): Promise<OutboxEntry[]> {
  return (await entriesIn(db, ASSETS)).filter(({ type }) => type === "upload");
}

/** As "assets:id". */
export async function unsentFilesIn(db: UserDatabase, row: Row): Promise<string[]> {
  const uploads = await uploadsOf(db);
  if (uploads.length === 0) return [];
  const text = JSON.stringify(row);
  return uploads.filter(({ key }) => text.includes(key)).map(({ key }) => nameOf(ASSETS, key));
}
