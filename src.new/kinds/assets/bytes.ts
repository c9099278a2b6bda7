// Stores the bytes of files on this device: in the browser's file system for the page's origin (OPFS) where it is writable, else in IndexedDB, in
// the rows themselves.

import type { LocalFile } from "./tables";

/** The bytes of one user. */
export interface ByteStore {
  /** Stores bytes durably. The result belongs into the row's `file`. */
  keep(id: string, bytes: Blob): Promise<Blob | undefined>;
  read(row: LocalFile): Promise<Blob | undefined>;
  /** Does nothing where there are no bytes. What can't be removed now is removed with other bytes that have no row. */
  remove(id: string): Promise<void>;
  /** Removes bytes without a row: a tab crashed between the two. `known` are the ids of all rows. */
  removeOrphans(known: ReadonlySet<string>): Promise<void>;
}

/** In the rows: the transaction that writes a row stores the bytes. */
export const rowBytes: ByteStore = {
  keep: async (_id, bytes) => bytes,
  read: async ({ file }) => file,
  remove: async () => {},
  removeOrphans: async () => {},
};

/** Younger bytes without a row are kept: their row may be about to be written. */
const ORPHAN_AGE_MS = 3_600_000;

/** In the file system, one folder per user's database. */
class FolderBytes implements ByteStore {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async keep(id: string, bytes: Blob): Promise<Blob | undefined> {
    try {
      await this.#write(id, bytes);
      return undefined;
    } catch (error) {
      if ((error as Error).name === "QuotaExceededError") throw error;
      // Private windows have the file system by name and refuse it. The row keeps the bytes then.
      return copyOf(bytes);
    }
  }

  async #write(id: string, bytes: Blob): Promise<void> {
    const folder = await this.#folder();
    const handle = await folder.getFileHandle(id, { create: true });
    // The file is replaced as a whole when the stream is closed.
    const writable = await handle.createWritable();
    try {
      await writable.write(bytes);
      await writable.close();
    } catch (error) {
      await writable.abort().catch(() => {});
      await this.remove(id);
      throw error;
    }
  }

  async read({ id, file }: LocalFile): Promise<Blob | undefined> {
    if (file) return file;
    const handle = await (await this.#folder()).getFileHandle(id).catch(notFound);
    return handle?.getFile();
  }

  async remove(id: string): Promise<void> {
    await this.#folder()
      .then((folder) => folder.removeEntry(id))
      .catch(() => {});
  }

  async removeOrphans(known: ReadonlySet<string>): Promise<void> {
    for await (const [id, handle] of (await this.#folder()).entries()) {
      if (known.has(id) || !(handle instanceof FileSystemFileHandle)) continue;
      const { lastModified } = await handle.getFile();
      if (Date.now() - lastModified > ORPHAN_AGE_MS) await this.remove(id);
    }
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle("landfall", { create: true });
    return all.getDirectoryHandle(this.#name, { create: true });
  }
}

/** Larger files are not copied, because a copy is in memory. */
const MAX_COPY = 64 * 1024 * 1024;

/** The database of a private window stores a chosen file by its path, and the person may move or delete it before it is uploaded. */
async function copyOf(bytes: Blob): Promise<Blob> {
  return bytes.size > MAX_COPY ? bytes : new Blob([await bytes.arrayBuffer()], { type: bytes.type });
}

function notFound(error: unknown): undefined {
  if ((error as Error).name !== "NotFoundError") throw error;
}

/** Older browsers can't write to the file system from a page, and it needs a secure context. */
export function hasFileSystem(): boolean {
  return (
    typeof navigator !== "undefined" &&
    typeof navigator.storage?.getDirectory === "function" &&
    typeof FileSystemFileHandle !== "undefined" &&
    "createWritable" in FileSystemFileHandle.prototype
  );
}

/** `database` is the name of the user's database. An application that passes its own IndexedDB has its bytes in it. */
export function openBytes(database: string, ownIndexedDb: boolean): ByteStore {
  return ownIndexedDb || !hasFileSystem() ? rowBytes : new FolderBytes(database);
}
