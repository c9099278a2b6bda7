// Derives the public sync state of a row from its entries. Pure.

import type { RowSync } from "../types/rows";
import type { OutboxEntry } from "./tables";

const SYNCED: RowSync = { state: "synced" };

/** `blocked` is the reason shown for an entry that only waits. */
export function rowSync(entries: readonly OutboxEntry[] | undefined, blocked?: string): RowSync {
  if (!entries || entries.length === 0) return SYNCED;
  const entry =
    entries.find(({ status }) => status === "failed") ??
    entries.find(({ status }) => status === "sending") ??
    entries[0];
  if (!entry) return SYNCED;
  const isConflict = entry.status === "failed" && entry.error?.kind === "conflict";
  const state = isConflict ? "conflict" : entry.status === "pending" ? "saved" : entry.status;
  const reason = entry.error?.reason ?? (state === "saved" ? blocked : undefined);
  return { state, entryId: entry.id, ...(reason && { reason }), ...(entry.error?.code && { code: entry.error.code }) };
}
