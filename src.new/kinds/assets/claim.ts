// Copies the bytes of a guest's files into the account that claims them.

import type { UserDatabase } from "../../store/synced-kind";
import { openBytes } from "./bytes";
import { type LocalFile, localFilesIn } from "./tables";

/** Copies the files with these ids. `ownIndexedDb`: the application passed its own IndexedDB, so that the bytes are in it. */
export async function copyFiles(
  from: UserDatabase,
  to: UserDatabase,
  ownIndexedDb: boolean,
  ids: readonly string[],
): Promise<() => Promise<void>> {
  const [source, target] = [openBytes(from.name, ownIndexedDb), openBytes(to.name, ownIndexedDb)];
  const copies: LocalFile[] = [];
  for (const original of await localFilesIn(from).bulkGet([...ids])) {
    if (!original) continue;
    const { file: _file, ...local } = original;
    const bytes = await source.read(original);
    const stored = bytes && (await target.keep(local.id, bytes));
    copies.push({ ...local, ...(stored && { file: stored }) });
  }
  return async () => void (await localFilesIn(to).bulkPut(copies));
}

/** Removes the bytes of the files with these ids. */
export async function removeFiles(from: UserDatabase, ownIndexedDb: boolean, ids: readonly string[]): Promise<void> {
  const bytes = openBytes(from.name, ownIndexedDb);
  for (const id of ids) await bytes.remove(id);
}
