// What the outbox needs to know of a collection: how its entries become a request, and what an answer does to its rows.
// The outbox itself knows no route and no table; a transport knows nothing of retries.

import type { Outcome, Refusal } from "../api/outcome";
import type { OutboxEntry } from "../db/device-tables";

/** An entry whose body is fixed. */
export type FrozenEntry = OutboxEntry & { requestId: string };

/** The collection's side of the outbox. Functions marked "in the transaction" may await Dexie only. */
export interface Transport<Answer = unknown> {
  readonly collection: string;
  /** Entries per request at most. */
  readonly maxBatch: number;
  /** So many waiting entries of a lane are sent without waiting for the pause after typing. */
  readonly flushAt: number;
  /** In the freezing transaction: the body of an entry as it stands now; `undefined` when there is nothing to send any more. */
  body(entry: OutboxEntry): Promise<unknown>;
  send(entries: readonly FrozenEntry[], signal: AbortSignal): Promise<Outcome<Answer>>;
  /** In the settling transaction: brings the rows to what the server answered. The entries are still in the queue. */
  applied(entries: readonly FrozenEntry[], answer: Answer): Promise<void>;
  /** Entry id -> why, for the entries that a refusal names; empty when it names none. */
  refused(entries: readonly FrozenEntry[], refusal: Refusal): ReadonlyMap<string, { code: string; reason: string }>;
  /** What people call the row of an entry; `undefined` when nothing is left that says so. For liveQuery. */
  title(entry: OutboxEntry): Promise<string | undefined>;
  /** In the discarding transaction: takes the local change of an entry back. */
  undo(entry: OutboxEntry): Promise<void>;
}
