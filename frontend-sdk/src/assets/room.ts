// Room on this device: what files take up, and what leaves when it gets tight. What the server doesn't have never leaves.

import type { UserDatabase } from "../db/database";
import type { LocalFile } from "../db/device-tables";
import { StorageFullError } from "../errors";
import type { ByteStore } from "./bytes";
import { DEFAULT_BUDGET_BYTES } from "./view";

export class Room {
  readonly #db: UserDatabase;
  readonly #bytes: ByteStore;
  readonly budgetBytes: number;

  constructor(db: UserDatabase, bytes: ByteStore, budgetBytes = DEFAULT_BUDGET_BYTES) {
    this.#db = db;
    this.#bytes = bytes;
    this.budgetBytes = budgetBytes;
  }

  /** Runs a write that needs room; where the browser has none left, copies of what the server has make room, and it is tried once more. */
  async toStore<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageFullError) || (await this.#evictTo(0)) === 0) throw error;
      return work();
    }
  }

  /** Keeps the budget: the least recently used copies leave. */
  async keepBudget(): Promise<void> {
    await this.#evictTo(this.budgetBytes);
  }

  /** How many files left. */
  async #evictTo(budgetBytes: number): Promise<number> {
    const files = await this.#db.assets.orderBy("usedAt").toArray();
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    const leaving: string[] = [];
    for (const file of files) {
      if (bytes <= budgetBytes) break;
      if (!isCopy(file)) continue;
      leaving.push(file.id);
      bytes -= file.size;
    }
    await this.#db.assets.bulkDelete(leaving);
    for (const id of leaving) await this.#bytes.remove(id);
    return leaving.length;
  }
}

/** The server has it, and the application doesn't want it here always. */
function isCopy({ uploadStatus, keepLocal }: LocalFile): boolean {
  return uploadStatus === "completed" && keepLocal !== "always";
}
