// Limits what files take up on this device. Only copies of what the server has are evicted.

import { StorageFullError } from "../../errors";
import type { UserDatabase } from "../../store/synced-kind";
import type { ByteStore } from "./bytes";
import { DEFAULT_BUDGET_BYTES, type LocalFile, localFilesIn } from "./tables";

export class Eviction {
  readonly #db: UserDatabase;
  readonly #bytes: ByteStore;
  readonly budgetBytes: number;

  constructor(db: UserDatabase, bytes: ByteStore, budgetBytes = DEFAULT_BUDGET_BYTES) {
    this.#db = db;
    this.#bytes = bytes;
    this.budgetBytes = budgetBytes;
  }

  /** Runs a write that needs room. If the browser has none left, evicts all copies and tries once more. */
  async whileStoring<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StorageFullError) || (await this.#evictTo(0)) === 0) throw error;
      return write();
    }
  }

  /** Evicts the least recently used copies above the budget. */
  async toBudget(): Promise<void> {
    await this.#evictTo(this.budgetBytes);
  }

  /** Returns the number of files that were evicted. */
  async #evictTo(budgetBytes: number): Promise<number> {
    const files = await localFilesIn(this.#db).orderBy("usedAt").toArray();
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    const evicted: string[] = [];
    for (const file of files) {
      if (bytes <= budgetBytes) break;
      if (!isCopy(file)) continue;
      evicted.push(file.id);
      bytes -= file.size;
    }
    await localFilesIn(this.#db).bulkDelete(evicted);
    for (const id of evicted) await this.#bytes.remove(id);
    return evicted.length;
  }
}

/** The server has the file, and the application doesn't keep it here. */
function isCopy({ uploadStatus, keepLocal }: LocalFile): boolean {
  return uploadStatus === "completed" && keepLocal !== "always";
}
