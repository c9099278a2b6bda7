// Where one row stands, in the words of the public surface. Pure.

import type { OutboxEntry } from "../db/device-tables";
import type { RowSync } from "../types";

const SYNCED: RowSync = { state: "synced" };

/** From a row's entries. `blocked` is said of what is only waiting. */
export function rowSync(entries: readonly OutboxEntry[] | undefined, blocked?: string): RowSync {
  if (!entries || entries.length === 0) return SYNCED;
  const entry =
    entries.find(({ status }) => status === "failed") ??
    entries.find(({ status }) => status === "sending") ??
    entries[0];
  if (!entry) return SYNCED;
  const state = entry.status === "pending" ? "saved" : entry.status;
  const reason = entry.error?.reason ?? (state === "saved" ? blocked : undefined);
  return { state, entryId: entry.id, ...(reason && { reason }), ...(entry.error?.code && { code: entry.error.code }) };
}
