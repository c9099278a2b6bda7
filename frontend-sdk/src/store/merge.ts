// Compares and merges rows by their members. Pure.

import { canonical } from "../util/hash";
import type { SyncedKind } from "./synced-kind";
import type { Row } from "./tables";

/** Whether two rows are the same apart from the members that the server sets. */
export function sameContent(kind: SyncedKind, one: Row | null | undefined, other: Row | null | undefined): boolean {
  if (!one || !other) return !one && !other;
  return changedMembers(kind, one, other).length === 0;
}

/** The members in which two rows differ, without those that the server sets. */
export function changedMembers({ serverMembers }: SyncedKind, before: Row | null | undefined, after: Row): string[] {
  const members = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...members].filter((member) => !serverMembers.includes(member) && !same(before?.[member], after[member]));
}

/**
 * Merges three ways, member by member: `theirs`, with the members that `mine` changed since `base`. Of a member that both changed, the local
 * value stays, since it reaches the server last.
 */
export function mergeRows(kind: SyncedKind, base: Row | null | undefined, mine: Row, theirs: Row): Row {
  const merged = { ...theirs };
  for (const member of changedMembers(kind, base, mine)) {
    if (mine[member] === undefined) delete merged[member];
    else merged[member] = mine[member];
  }
  return merged;
}

/** An absent member and an undefined one are the same. */
function same(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}
