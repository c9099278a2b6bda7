// Dexie's liveQuery with its errors in the open. It knows nothing of what is watched.

import { liveQuery } from "dexie";

/** Calls `next` with the result now and whenever a write, in any tab, may have changed it. Returns the way to stop. */
export function watch<T>(query: () => Promise<T>, next: (value: T) => void): () => void {
  // An async function literally: Dexie keeps its zone over native awaits only in those it can see to be async. Otherwise the query
  // would lose sight of what it reads, and disturb a transaction that runs beside it (PrematureCommitError).
  const subscription = liveQuery(async () => await query()).subscribe({
    next,
    // A database that is closed ends a live query; anything else is a fault that must not vanish.
    error: (error) => void ((error as Error).name === "DatabaseClosedError" || Promise.reject(error)),
  });
  return () => subscription.unsubscribe();
}
