// Tombstones and outcomes are kept for a time and then swept. The horizon tells whom that concerns.

import type { Space } from "./space";

/** Removes what was deleted or settled before the time (RFC 3339 UTC). */
export function sweep(space: Space, before: string): void {
  const { sessions, messages, projects, records } = space;
  for (const [id, row] of sessions) if (isOld(row, before)) space.sweptSessions.add(id);
  const stamp = (row: { revision: number }) => row.revision;
  const version = (row: { version: number }) => row.version;
  remove(space, sessions, before, stamp);
  remove(space, messages, before, stamp);
  remove(space, projects, before, version);
  for (const rows of records.values()) remove(space, rows, before, version);
  for (const { byNumber } of space.receipts.values()) {
    for (const [number, { at }] of byNumber) if (at < before) byNumber.delete(number);
  }
}

function remove<T extends { deletedAt?: string }>(
  space: Space,
  rows: Map<string, T>,
  before: string,
  versionOf: (row: T) => number,
): void {
  for (const [id, row] of rows) {
    if (!isOld(row, before)) continue;
    space.horizon = Math.max(space.horizon, versionOf(row));
    rows.delete(id);
  }
}

function isOld(row: { deletedAt?: string }, before: string): boolean {
  return row.deletedAt !== undefined && row.deletedAt < before;
}
