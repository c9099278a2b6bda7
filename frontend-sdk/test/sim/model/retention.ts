// Retention removes old tombstones and stored outcomes, and raises the horizon.

import type { UserData } from "./user-data";

/** Removes what was deleted or stored before `before` (RFC 3339 UTC). */
export function applyRetention(userData: UserData, before: string): void {
  const { sessions, messages, projects, records } = userData;
  for (const [id, row] of sessions) if (isOld(row, before)) userData.expiredSessions.add(id);
  remove(userData, sessions, before);
  remove(userData, messages, before);
  remove(userData, projects, before);
  for (const rows of records.values()) remove(userData, rows, before);
  for (const { byNumber } of userData.idempotency.values()) {
    for (const [number, { at }] of byNumber) if (at < before) byNumber.delete(number);
  }
}

function remove<T extends { version: number; deletedAt?: string }>(
  userData: UserData,
  rows: Map<string, T>,
  before: string,
): void {
  for (const [id, row] of rows) {
    if (!isOld(row, before)) continue;
    userData.horizon = Math.max(userData.horizon, row.version);
    rows.delete(id);
  }
}

function isOld(row: { deletedAt?: string }, before: string): boolean {
  return row.deletedAt !== undefined && row.deletedAt < before;
}
