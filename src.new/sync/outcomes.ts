// Asks the server for the outcomes of requests that got no answer, by the numbers of their mutations. The bodies aren't sent again. Loaded on demand
// (kinds/edits.ts).

import { FAULTS_ENABLED, hasFault } from "../faults";
import type { SyncOutcomesData } from "../generated/types.gen";
import type { Http } from "../http/client";
import type { Outcome } from "../http/outcome";
import { recordNotStored, requeueForgotten } from "../outbox/not-stored";
import { requeue } from "../outbox/retry";
import type { SealedEntry } from "../outbox/seal";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { SyncOutcomes, SyncResult } from "../types/wire";
import { laterEntry, storeOne } from "./push-response";
import { beginResync } from "./resync";

/** The outcome of a mutation that the server has forgotten. */
const GAP = "mutation_gap";

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

/** Stores the outcomes that the server has of these entries, and returns how many; or how the question ended. 0 where sending them is as cheap. */
export async function askOutcomes(
  parts: OutcomesParts,
  entries: readonly SealedEntry[],
): Promise<number | Outcome<SyncOutcomes> | null> {
  const { db, clock } = parts;
  const [first] = entries;
  if (!first || JSON.stringify(entries.map(({ body }) => body)).length <= MIN_BYTES) return 0;
  const outcome = await fetchOutcomes(parts, { clientId: first.clientId, from: first.number, close: false });
  if (outcome?.kind !== "ok") return outcome;
  const answered = entries.filter(({ number }) => number <= outcome.data.answered);
  await storeOutcomes(db, answered, outcome.data.results, null, clock);
  return answered.length;
}

/**
 * Closes a client name and stores what became of everything that was sealed under it: what has no outcome then can't be stored by a late copy of a
 * request any more, and is sent under another name. `isGap`: the server takes no more under the name already. Returns whether that was done.
 */
export async function closeClient(parts: OutcomesParts, clientId: string, isGap: boolean): Promise<boolean> {
  const { db, clock } = parts;
  const queued = (await db.syncQueue.toArray()) as SealedEntry[];
  const sealed = queued.filter((entry) => entry.clientId === clientId && entry.number !== null);
  sealed.sort((one, other) => one.number - other.number);
  const results: SyncResult[] = [];
  for (let from = sealed[0]?.number ?? 1; ; ) {
    const outcome = await fetchOutcomes(parts, { clientId, from, close: true });
    if (outcome?.kind === "ok") {
      if (FAULTS_ENABLED && hasFault("outcomes not asked for")) outcome.data.results = [];
      results.push(...outcome.data.results);
      from += outcome.data.results.length;
      if (outcome.data.results.length > 0 && from <= outcome.data.answered) continue;
    } else if (isGap && outcome?.kind === "refused") {
      // An older server tells no outcomes. All of them count as forgotten.
      results.push(...sealed.map(({ number }) => ({ id: number, error: { code: GAP } }) as SyncResult));
    } else return false;
    await storeOutcomes(db, sealed, results, clientId, clock);
    return true;
  }
}

/** The outcomes of the mutations of a client name from a number on. `close`: the client name takes no more. */
function fetchOutcomes(
  { http, signal, send }: OutcomesParts,
  body: Required<SyncOutcomesData["body"]>,
): Promise<Outcome<SyncOutcomes> | null> {
  const accepts = (data: unknown): data is SyncOutcomes =>
    typeof data === "object" && data !== null && "results" in data && Array.isArray(data.results) && "answered" in data;
  return send(() => http.call({ method: "POST", url: "/api/sync/outcomes", body }, { signal, accepts }));
}

/**
 * Stores outcomes that were asked for by number. Of a conflict they don't have the server's row: its entry is sent again under a new number.
 * `closed`: the name of a client that takes no more, so entries without an outcome are not stored.
 */
async function storeOutcomes(
  db: UserDatabase,
  entries: readonly SealedEntry[],
  results: readonly SyncResult[],
  closed: string | null,
  clock: Clock,
): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    const byNumber = new Map(results.map((result) => [result.id, result]));
    const left: SealedEntry[] = [];
    let isAnyForgotten = false;
    for (const entry of entries) {
      const result = byNumber.get(entry.number);
      const kind = db.kinds.get(entry.collection);
      const isGap = result?.error?.code === GAP;
      const isForgotten = isGap && !(FAULTS_ENABLED && hasFault("forgotten outcome sent again"));
      if (isForgotten && kind) {
        isAnyForgotten = true;
        await requeueForgotten(db, kind, entry, await laterEntry(db, entry));
      } else if (isGap || result?.status === "conflict") await requeue(db, entry, await laterEntry(db, entry));
      else if (result) await storeOne(db, entry, { ...result, key: result.key || entry.key }, clock);
      else if (FAULTS_ENABLED && hasFault("missing outcome taken for success")) await db.syncQueue.delete(entry.id);
      else left.push(entry);
    }
    if (closed !== null) await recordNotStored(db, closed, left, clock);
    if (isAnyForgotten) await beginResync(db, "horizon");
  });
}
