// Where the bytes of files are on this device: in the browser's own file system where there is one, else in IndexedDB, in the rows themselves. It
// knows ids and bytes, and no rule about them.

import type { LocalFile } from "../db/device-tables";

/** One user's bytes. */
export interface ByteStore {
  /** Stores bytes for good. What it gives back belongs into the row's `file`. */
  keep(id: string, bytes: Blob): Promise<Blob | undefined>;
  read(row: LocalFile): Promise<Blob | undefined>;
  /** No error where there is nothing. */
  remove(id: string): Promise<void>;
  /** Removes what no row speaks of: left by a tab that died between the bytes and the row. */
  tidy(known: ReadonlySet<string>): Promise<void>;
}

/** In the rows: their transaction stores the bytes. */
export const rowBytes: ByteStore = {
  keep: async (_id, bytes) => bytes,
  read: async ({ file }) => file,
  remove: async () => {},
  tidy: async () => {},
};

/** Bytes without a row are left alone for so long: their row may be about to come. */
const LEFT_BEHIND_MS = 3_600_000;

/** One folder for each user's database, in the file system that belongs to the page's origin (OPFS). */
class FolderBytes implements ByteStore {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async keep(id: string, bytes: Blob): Promise<undefined> {
    const folder = await this.#folder();
    const handle = await folder.getFileHandle(id, { create: true });
    // What is written is there as a whole, or not at all, when the stream is closed.
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
    await (await this.#folder()).removeEntry(id).catch(notFound);
  }

  async tidy(known: ReadonlySet<string>): Promise<void> {
    for await (const [id, handle] of (await this.#folder()).entries()) {
      if (known.has(id) || !(handle instanceof FileSystemFileHandle)) continue;
      const { lastModified } = await handle.getFile();
      if (Date.now() - lastModified > LEFT_BEHIND_MS) await this.remove(id);
    }
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle("landfall", { create: true });
    return all.getDirectoryHandle(this.#name, { create: true });
  }
}

function notFound(error: unknown): undefined {
  if ((error as Error).name !== "NotFoundError") throw error;
}

/** Older browsers have the file system and can't write to it from a page; those without a secure origin have none. */
export function hasFileSystem(): boolean {
  return (
    typeof navigator !== "undefined" &&
    typeof navigator.storage?.getDirectory === "function" &&
    typeof FileSystemFileHandle !== "undefined" &&
    "createWritable" in FileSystemFileHandle.prototype
  );
}

/** Of the database of this name. An application that brings its own IndexedDB has its bytes there too. */
export function openBytes(database: string, ownIndexedDb: boolean): ByteStore {
  return ownIndexedDb || !hasFileSystem() ? rowBytes : new FolderBytes(database);
}
