// Counts the calls of this client that run inside a transaction of the application, so that an await of something else is noticed.

import { Dexie, type Transaction } from "dexie";

export interface Atomic {
  running: number;
  /** Nothing of this client runs in the transaction any more, for now. */
  idle(): void;
}

const atomics = new WeakMap<Transaction, Atomic>();

export function watchCalls(transaction: Transaction, atomic: Atomic): void {
  atomics.set(transaction, atomic);
}

/** Runs a call of the client. */
export async function counted<T>(call: () => PromiseLike<T>): Promise<T> {
  const atomic = Dexie.currentTransaction && atomics.get(Dexie.currentTransaction);
  if (!atomic) return call();
  atomic.running += 1;
  try {
    return await call();
  } finally {
    atomic.running -= 1;
    if (atomic.running === 0) atomic.idle();
  }
}
