// Asks the server for the outcomes of requests that got no answer, by the numbers of their mutations. The bodies aren't sent again.

import type { Http } from "../http/client";
import type { Outcome } from "../http/outcome";
import { fetchOutcomes } from "../http/requests";
import type { SealedEntry } from "../outbox/seal";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { SyncOutcomes, SyncResult } from "../types/wire";
import { storeOutcomes } from "./push-response";

/** Below this size, sending a request again is as cheap as the question. */
const MIN_BYTES = 16 * 1024;

export interface OutcomesParts {
  db: UserDatabase;
  http: Http;
  clock: Clock;
  signal: AbortSignal;
  /** Runs a request in the user's name; `null` if another user is signed in by now. */
  send<T>(request: () => Promise<Outcome<T>>): Promise<Outcome<T> | null>;
}

/** Whether it is worth to ask before a request is sent again. */
export function isWorthAsking(entries: readonly SealedEntry[]): boolean {
  return JSON.stringify(entries.map(({ body }) => body)).length > MIN_BYTES;
}

/** Stores the outcomes that the server has of these entries, and returns how many; or how the question ended. */
export async function askOutcomes(
  { db, http, clock, signal, send }: OutcomesParts,
  entries: readonly SealedEntry[],
): Promise<number | Outcome<SyncOutcomes> | null> {
  const [first] = entries;
  if (!first) return 0;
  const body = { clientId: first.clientId, from: first.number, close: false };
  const outcome = await send(() => fetchOutcomes(http, body, signal));
  if (outcome?.kind !== "ok") return outcome;
  const answered = entries.filter(({ number }) => number <= outcome.data.answered);
  await storeOutcomes(db, answered, outcome.data.results, null, clock);
  return answered.length;
}

/**
 * Closes a client name and stores what became of everything that was sealed under it: what has no outcome then can't be stored by a late copy of a
 * request any more, and is sent under another name. Returns how the request ended.
 */
export async function closeClient(
  { db, http, clock, signal, send }: OutcomesParts,
  clientId: string,
): Promise<Outcome<SyncOutcomes> | null> {
  const queued = (await db.syncQueue.toArray()) as SealedEntry[];
  const sealed = queued.filter((entry) => entry.clientId === clientId && entry.number !== null);
  sealed.sort((one, other) => one.number - other.number);
  const results: SyncResult[] = [];
  for (let from = sealed[0]?.number ?? 1; ; ) {
    const body = { clientId, from, close: true };
    const outcome = await send(() => fetchOutcomes(http, body, signal));
    if (outcome?.kind !== "ok") return outcome;
    results.push(...outcome.data.results);
    from += outcome.data.results.length;
    if (outcome.data.results.length > 0 && from <= outcome.data.answered) continue;
    await storeOutcomes(db, sealed, results, clientId, clock);
    return outcome;
  }
}
