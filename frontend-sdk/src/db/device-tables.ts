// The tables that only the device has: the outbox and its bookkeeping. Declared by hand, since no server document knows them.
// Shapes only; who writes them when stands in outbox/ and sync/.

/** A write that the server hasn't answered yet. */
export interface OutboxEntry {
  id: string;
  /** Counts up per database: the order of writing, over all tabs. */
  order: number;
  /** "upload" is for files; this version queues mutations only. */
  type: "mutation" | "upload";
  collection: string;
  /** Primary key of the row in `collection`. */
  key: string;
  op: "create" | "update" | "delete";
  /** Entries of one lane are sent in their order and may share a request. */
  lane: string;
  /** Ids of entries that must be answered first. One that no longer exists has been. */
  waitsFor: string[];
  /** "update" only: the members that changed. */
  fields: string[];
  /** "update": their values before the change, for taking it back and for noticing that it was undone. "delete": the row's title, for people. */
  base: Record<string, unknown>;
  status: "pending" | "sending" | "failed";
  /** Attempts that count: the server was reached and this entry failed. */
  attempts: number;
  /** RFC 3339 UTC: not before this moment (the pause after typing, or a retry). `null`: at once. */
  nextRetryAt: string | null;
  /** Of the values that the entry writes. An equal hash is no work. */
  payloadHash: string;
  error: EntryError | null;
  /** Set in the transaction that freezes `body`; entries with the same id travel in one request. */
  requestId: string | null;
  /** What is sent, unchanged at every attempt, once frozen. */
  body: unknown;
  /** RFC 3339 UTC. */
  queuedAt: string;
}

/**
 * Why an entry isn't through. "retrying": it failed and will be tried again. "gave-up": it failed too often and waits for the next
 * reconnection. "refused": the server will never take it as it is.
 */
export interface EntryError {
  kind: "retrying" | "gave-up" | "refused";
  code?: string;
  /** One sentence for people. */
  reason: string;
}

/** One value of the device's bookkeeping, by name. */
export interface AppStateRow {
  key: string;
  value: unknown;
}

/** Dexie's `stores` of these tables, oldest first; a change appends. */
export const deviceStores: ReadonlyArray<Readonly<Record<string, string>>> = [
  {
    syncQueue: "id, order, lane, requestId, status, [status+nextRetryAt], [collection+key]",
    appState: "key",
  },
];
