// Rows by their members: what a device changed, and both sides' changes in one row. Pure.

import type { Row } from "../db/device-tables";
import { canonical } from "../hash";
import type { Definition } from "./definition";

/** The same for people and for the server: members that the server sets don't count. */
export function sameContent(
  definition: Definition,
  one: Row | null | undefined,
  other: Row | null | undefined,
): boolean {
  if (!one || !other) return !one && !other;
  return changedMembers(definition, one, other).length === 0;
}

/** The members in which two rows differ, without those that the server sets. */
export function changedMembers({ owned }: Definition, before: Row | null | undefined, after: Row): string[] {
  const members = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...members].filter((member) => !owned.includes(member) && !same(before?.[member], after[member]));
}

/**
 * Three-way, member by member: theirs, with what was changed here since `base` on top. Of a member that both changed, the local value
 * stays: it reaches the server last, and the server's order decides.
 */
export function mergeRows(definition: Definition, base: Row | null | undefined, mine: Row, theirs: Row): Row {
  const merged = { ...theirs };
  for (const member of changedMembers(definition, base, mine)) {
    if (mine[member] === undefined) delete merged[member];
    else merged[member] = mine[member];
  }
  return merged;
}

/** An absent member and an undefined one are the same. */
function same(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}
