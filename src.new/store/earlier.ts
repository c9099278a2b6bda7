// Earlier versions of a row at the server, as this device knew them. After a restore from a backup they tell an older row from one that was changed
// since, which revisions can't: each history counts them from 1.

import { fingerprint } from "../util/hash";
import { changedMembers, sameContent } from "./merge";
import type { SyncedKind } from "./synced-kind";
import type { EarlierVersion, Row, RowState } from "./tables";

const MAX_VERSIONS = 8;

/** A larger version is remembered by its hash alone. */
const MAX_ROW_CHARS = 2048;

/** The earlier versions of a row whose version `old` at the server is replaced by `next`. `state` is that of `old`; `undefined`: it isn't known. */
export function withEarlier(
  kind: SyncedKind,
  { earlier = [], deleted }: RowState,
  old: Row | null | undefined,
  next: Row | null,
): Pick<RowState, "earlier"> {
  const before = old ?? (deleted ? null : undefined);
  if (before === undefined || sameContent(kind, before, next)) return earlier.length > 0 ? { earlier } : {};
  const isSmall = before && kind.conflictPolicy === "merge" && JSON.stringify(before).length <= MAX_ROW_CHARS;
  const version: EarlierVersion = { hash: hashOf(kind, before), ...(isSmall && { row: before }) };
  return { earlier: [...earlier, version].slice(-MAX_VERSIONS) };
}

/** Whether the server had this row before the version that this device knows last. */
export function isEarlier(kind: SyncedKind, { earlier = [] }: RowState, row: Row | null): boolean {
  const hash = hashOf(kind, row);
  return earlier.some((version) => version.hash === hash);
}

/**
 * The version from which `theirs` was made: the one that differs from it in the fewest members. `last` is the version that this device knows last.
 * `null`: two may be it, or one of which the row isn't remembered.
 */
export function originOf(kind: SyncedKind, { earlier = [] }: RowState, last: Row, theirs: Row): Row | null {
  let origin: Row | null = last;
  let least = changedMembers(kind, last, theirs).length;
  if (least === 0) return last;
  for (const { row } of earlier) {
    const count = row ? changedMembers(kind, row, theirs).length : 0;
    if (count <= least) origin = row && count < least ? row : null;
    least = Math.min(least, count);
  }
  return origin;
}

function hashOf({ serverMembers }: SyncedKind, row: Row | null | undefined): string {
  return row
    ? fingerprint(
        Object.entries(row)
          .filter(([member]) => !serverMembers.includes(member))
          .sort(),
      )
    : "";
}
