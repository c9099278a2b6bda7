// The tables that the server's document doesn't declare: the outbox, what is known of each row at the server, open conflicts, and named values.

import type { ExactNumbers } from "../util/exact";
import type { StoresHistory } from "./schema";

/** A row of any table: its members by name. */
export type Row = Record<string, unknown>;

/** A change of one row that the server hasn't answered yet. */
export interface OutboxEntry {
  id: string;
  /** Counts up per database over all tabs: the order of writing. */
  order: number;
  /** "upload": a file of this device that the server doesn't have. Its `body` and `number` stay `null`. All else is a mutation. */
  type: "mutation" | "upload";
  collection: string;
  /** The row's key in `collection`. */
  key: string;
  op: "put" | "delete";
  /** The server has no living row of this key, so entries of rows that need it must wait. */
  create: boolean;
  /** Rows that the server must have first, as "collection:key". */
  needs: string[];
  /** Entries with the same group share a quiet period. */
  batchGroup: string;
  status: "pending" | "sending" | "failed";
  /** Attempts that count: the server was reached and this entry failed. */
  attempts: number;
  /** RFC 3339 UTC: the end of the quiet period, or the time of the next attempt. `null`: at once. */
  nextRetryAt: string | null;
  /** Of the row. An equal hash is no work. */
  payloadHash: string;
  error: EntryError | null;
  /** "delete" only: the rows that were deleted or unlinked with this one on this device, as they were. */
  cascade: CascadedRow[];
  /** Set when `body` is sealed. Entries with the same id travel in one request. */
  requestId: string | null;
  /** The name of this device under which `number` counts up without a gap. */
  clientId: string | null;
  number: number | null;
  /** What is sent. Sealed before the first attempt and the same at every attempt. */
  body: MutationBody | null;
  /** The server has answered it and forgotten how. It is decided when all rows have been pulled again. */
  unsure?: boolean;
  /** "upload" only: a request that registers the file may have reached the server. */
  registered?: true;
  /** RFC 3339 UTC. */
  queuedAt: string;
}

/** The part of a mutation that depends on the row. */
export interface MutationBody {
  baseRevision?: number;
  /** Numbers that JavaScript can't hold are marked texts (`withExactNumbers`). */
  value?: Row;
}

/** A row before a delete cascaded to it. */
export interface CascadedRow {
  collection: string;
  key: string;
  /** Of the server's row at that moment. */
  revision: number;
  row: Row;
  /** It was queued as a write of its own. */
  own?: true;
  /** Of the entry that was dropped with a row that was not sent. */
  order?: number;
  /** The open conflict about it, and the entry that waits for the answer. */
  asked?: { conflict: ConflictRow; entry: OutboxEntry };
}

/**
 * "retrying": it failed and will be tried again. "gave-up": it failed too often, and is tried again after longer times and when other writes pass. "refused": the server will
 * never take it as it is. "conflict": the user must choose.
 */
export interface EntryError {
  kind: "retrying" | "gave-up" | "refused" | "conflict";
  code?: string;
  /** One sentence for people. */
  reason: string;
}

/** What this device knows of a row at the server. Rows of immutable kinds have one only while they are provisional or excluded. */
export interface RowState {
  collection: string;
  key: string;
  /** The row's own counter at the server, which the next write gives as `baseRevision`. 0: the server never had the row. */
  revision: number;
  /** The server has a tombstone. */
  deleted?: true;
  /** Milliseconds since 1970: when a page last brought the row as it is. */
  syncedAt?: number;
  /** The numbers of the server's row that JavaScript can't hold. The row and `base` have them rounded. */
  exact?: ExactNumbers;
  /** While something is unsent: the server's row from which the local one was made. `null`: the server has none. */
  base?: Row | null;
  /** A newer row of the server that was pulled while a write was in flight. It is reconciled when the write is answered. */
  pendingRemote?: { revision: number; row: Row | null; exact?: ExactNumbers | undefined };
  /** The row before it was deleted, where it can be restored. */
  deletedRow?: Row;
  /** The row doesn't leave this device. 1: the application chose it for this row. 2: its collection is excluded. */
  localOnly?: 1 | 2;
  /** Of an excluded collection: what both sides of the conflict about the row were made from. It is open again when the collection is included. */
  asked?: Row | null;
  /**
   * No page has named the row since a pull from the start began. 1: the server may have deleted it, and is rid of the tombstone. 2: the server was
   * restored, and `revision` counts in the history before: it may have lost the row, or have another of the same revision.
   */
  provisional?: 1 | 2;
  /** What the server had before the version that this device knows last, the oldest first. */
  earlier?: EarlierVersion[];
}

/** A version of a row at the server. */
export interface EarlierVersion {
  /** Of its content; "" for a tombstone. */
  hash: string;
  /** Where it is small, and its kind merges. */
  row?: Row;
}

/** A conflict that waits for the user. One side is the local row, the other the `base` of its RowState. */
export interface ConflictRow {
  collection: string;
  key: string;
  /** What both sides were made from. `null`: this device doesn't know it. */
  base: Row | null;
  /** RFC 3339 UTC. */
  since: string;
}

/** One named value; `app-state.ts` has the names. */
export interface AppStateRow {
  key: string;
  value: unknown;
}

/** Dexie's `stores` of these tables, the oldest first. A change appends an entry. */
export const deviceStores: StoresHistory = [
  {
    syncQueue: "id, order, key, batchGroup, requestId, status, [status+nextRetryAt], [collection+key]",
    appState: "key",
    syncRows: "[collection+key], localOnly",
    conflicts: "[collection+key]",
  },
];
