// Copies the bytes of a guest's files into the account that claims them.

import type { ClaimCopy, UserDatabase } from "../../store/synced-kind";
import { openBytes } from "./bytes";
import { type LocalFile, localFilesIn } from "./tables";

/** `ownIndexedDb`: the application passed its own IndexedDB, so that the bytes are in it. */
export async function copyFiles(from: UserDatabase, to: UserDatabase, ownIndexedDb: boolean): Promise<ClaimCopy> {
  const [source, target] = [openBytes(from.name, ownIndexedDb), openBytes(to.name, ownIndexedDb)];
  const copies: LocalFile[] = [];
  for (const original of await localFilesIn(from).toArray()) {
    const { file: _file, ...local } = original;
    const bytes = await source.read(original);
    const stored = bytes && (await target.keep(local.id, bytes));
    copies.push({ ...local, ...(stored && { file: stored }) });
  }
  return {
    async store() {
      await localFilesIn(to).bulkPut(copies);
    },
    async finish() {
      for (const { id } of copies) await source.remove(id);
    },
  };
}
