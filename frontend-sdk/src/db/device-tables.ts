// The tables that only the device has: the outbox, what is known of each row at the server, open conflicts, and the bytes of files. Declared
// by hand, since no server document knows them. Shapes only; who writes them when stands in rows/, outbox/ and sync/.

/** A row of any table: its members by name. */
export type Row = Record<string, unknown>;

/** A change of one row that the server hasn't answered yet. */
export interface OutboxEntry {
  id: string;
  /** Counts up per database: the order of writing, over all tabs. */
  order: number;
  /** "upload": a file of this device that the server doesn't have; it has no body, and `number` stays `null`. All else is a mutation. */
  type: "mutation" | "upload";
  collection: string;
  /** Primary key of the row in `collection`. */
  key: string;
  op: "put" | "delete";
  /** The server doesn't have the row (alive): what refers to it must wait. */
  create: boolean;
  /** Rows that must be at the server first, as "collection:key". */
  needs: string[];
  /** Entries that share the pause after typing. */
  lane: string;
  status: "pending" | "sending" | "failed";
  /** Attempts that count: the server was reached and this entry failed. */
  attempts: number;
  /** RFC 3339 UTC: not before this moment (the pause after typing, or a retry). `null`: at once. */
  nextRetryAt: string | null;
  /** Of the row. An equal hash is no work. */
  payloadHash: string;
  error: EntryError | null;
  /** "delete" only: the row, and what went with it on this device, as they were. */
  taken: TakenRow[];
  /** Set in the transaction that freezes `body`; entries with the same id travel in one request. */
  requestId: string | null;
  /** Whose `number` it is: a name of this device, under which mutations count up without a gap. */
  clientId: string | null;
  number: number | null;
  /** What is sent, unchanged at every attempt, once frozen. */
  body: MutationBody | null;
  /** "upload" only: the server may have heard of the file. */
  announced?: true;
  /** RFC 3339 UTC. */
  queuedAt: string;
}

/** The part of a mutation that depends on the row. */
export interface MutationBody {
  baseRevision?: number;
  value?: Row;
}

/** A row before a delete took it along or unlinked it. */
export interface TakenRow {
  collection: string;
  key: string;
  /** Of the server's row at that moment. */
  revision: number;
  row: Row;
}

/**
 * Why an entry isn't through. "retrying": it failed and will be tried again. "gave-up": it failed too often and waits for the next
 * reconnection. "refused": the server will never take it as it is. "conflict": a person must choose.
 */
export interface EntryError {
  kind: "retrying" | "gave-up" | "refused" | "conflict";
  code?: string;
  /** One sentence for people. */
  reason: string;
}

/** What this device knows of a row at the server. Messages have none: they never change. */
export interface RowState {
  collection: string;
  key: string;
  /** What the next write must give as `baseRevision`; 0: the server never had it. */
  revision: number;
  /** The server has a tombstone. */
  deleted?: true;
  /** While something is unsent: the server's row, from which the local one was made; `null` where it has none. */
  base?: Row | null;
  /** A newer server's row that came while a write was on its way: looked at when that is answered. */
  unmet?: { revision: number; row: Row | null };
  /** The row before it was deleted, where it can be restored. */
  buried?: Row;
  /** It doesn't leave this device: by the application's choice for this row (1), or because its collection is excluded (2). */
  localOnly?: 1 | 2;
  /** The last resync that found it at the server. */
  seen?: string;
}

/** A conflict that waits for a person. One side is the local row, the other the `base` of its RowState. */
export interface ConflictRow {
  collection: string;
  key: string;
  /** What both sides were made from; `null` where this device doesn't know it. */
  base: Row | null;
  /** RFC 3339 UTC. */
  since: string;
}

/** A file whose bytes are on this device: the application's own that isn't uploaded yet or shall stay here, or a copy of the server's. */
export interface LocalFile {
  /** Of the row in `assetMetadata`. */
  id: string;
  projectId: string | null;
  uploadStatus: "pending" | "uploading" | "completed" | "failed";
  /** The application's wish; see `KeepLocal`. */
  keepLocal: "until-synced" | "always";
  /** Bytes. */
  size: number;
  /** RFC 3339 UTC: when somebody last wanted the bytes. */
  usedAt: string;
  /** The bytes, where the browser has no file system of its own for them. */
  file?: Blob;
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
  {
    syncQueue: "id, order, key, lane, requestId, status, [status+nextRetryAt], [collection+key]",
    appState: "key",
    syncRows: "[collection+key], localOnly",
    conflicts: "[collection+key]",
  },
  {
    syncQueue: "id, order, key, lane, requestId, status, [status+nextRetryAt], [collection+key]",
    appState: "key",
    syncRows: "[collection+key], localOnly",
    conflicts: "[collection+key]",
    assets: "id, projectId, uploadStatus, usedAt",
  },
];
