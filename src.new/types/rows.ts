// The sync state of a row.

/**
 * "saved": on this device only. "sending": in a request, or sent without an answer yet. "failed": given up or refused; see `reason`. "conflict": it was
 * changed elsewhere too, and the user must choose.
 */
export type RowSyncState = "saved" | "sending" | "synced" | "failed" | "conflict";

/** The sync state of one row. */
export interface RowSync {
  state: RowSyncState;
  /** One sentence for people: why it failed, or what it waits for. */
  reason?: string;
  /** The server's stable error code, where it gave one. */
  code?: string;
  /** For `sync.retry` and `sync.discard`. */
  entryId?: string;
}
