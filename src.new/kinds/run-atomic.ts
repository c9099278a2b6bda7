// Runs the writes of an application as one. Loaded on demand (edits.ts).

import { Dexie } from "dexie";
import { LandfallError } from "../errors";
import { watchCalls } from "../store/atomic";
import type { UserDatabase } from "../store/synced-kind";

/** So many requests of its own keep the transaction open while none of this client's calls runs. Calls that aren't counted end before. */
const MAX_IDLE_REQUESTS = 200;

/**
 * Runs `work` in one transaction. An IndexedDB transaction ends as soon as nothing is asked of it, with half of the writes where `work` awaits
 * something else. So it is kept open for a moment, and then rolled back.
 *
 * @throws LandfallError `transaction_ended`, and what `work` throws.
 */
export async function runAtomic<T>(db: UserDatabase, work: () => Promise<T>): Promise<T> {
  const ended = new LandfallError(
    "transaction_ended",
    "Nothing of this transaction was saved: it awaited something else than calls of this client.",
  );
  let isEnded = false;
  try {
    // Dexie keeps its zone over native awaits only in functions that it can tell to be async.
    return await db.transaction("rw", db.tables, async () => {
      const transaction = Dexie.currentTransaction;
      let isDone = false;
      let end = () => {};
      const isForeign = new Promise<never>((_resolve, reject) => {
        end = () => reject(ended);
      });
      const keepOpen = (left: number) => {
        if (isDone || atomic.running > 0 || !transaction.active) return;
        if (left > 0)
          return void db.appState.get("").then(
            () => keepOpen(left - 1),
            () => {},
          );
        isEnded = true;
        end();
      };
      const atomic = { running: 0, idle: () => keepOpen(MAX_IDLE_REQUESTS) };
      watchCalls(transaction, atomic);
      const run = async () => {
        try {
          return await work();
        } finally {
          isDone = true;
        }
      };
      const result = run();
      if (atomic.running === 0) atomic.idle();
      return Promise.race([result, isForeign]);
    });
  } catch (error) {
    throw isEnded ? ended : error;
  }
}
