// Compares and merges rows by their members. Pure.

import { canonical } from "../util/hash";
import type { SyncedKind } from "./synced-kind";
import type { Row } from "./tables";
import { isPlainObject } from "./validate";

/** Members that differ between any two rows. */
export const TIMES: readonly string[] = ["createdAt", "updatedAt"];

/** Whether two rows are the same apart from the members that the server sets. */
export function sameContent(kind: SyncedKind, one: Row | null | undefined, other: Row | null | undefined): boolean {
  if (!one || !other) return !one && !other;
  return changedMembers(kind, one, other).length === 0;
}

/** The members in which two rows differ, without those that the server sets. */
export function changedMembers({ serverMembers }: SyncedKind, before: Row | null | undefined, after: Row): string[] {
  const members = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...members].filter(
    (member) => !serverMembers.includes(member) && !same(own(before, member), own(after, member)),
  );
}

/** What a put of the row sends. `base` is the server's row from which it was made; `null` or `undefined` where there is none. */
export function bodyOf(kind: SyncedKind, row: Row, base: Row | null | undefined): Row {
  return kind.toBody(row, () => changedMembers(kind, base, row).map((member) => [member, own(row, member)]));
}

/**
 * Merges three ways, member by member: `theirs`, with the members that `mine` changed since `base`. Of a member that both changed, the local
 * value stays, since it reaches the server last. Under the policy `merge`, objects are merged by their members and lists of objects with an `id` by
 * id. `clashes` gets the members with other lists that both changed.
 */
export function mergeRows(
  kind: SyncedKind,
  base: Row | null | undefined,
  mine: Row,
  theirs: Row,
  clashes: string[] = [],
): Row {
  const row = new Map(Object.entries(theirs));
  for (const member of changedMembers(kind, base, mine)) {
    const merge = new Merge();
    const [was, our, other] = [base, mine, theirs].map((side) => own(side, member));
    const value = kind.conflictPolicy === "merge" ? merge.values(was, our, other) : our;
    if (merge.clash) clashes.push(member);
    if (value === undefined) row.delete(member);
    else row.set(member, value);
  }
  return Object.fromEntries(row);
}

class Merge {
  /** Both sides changed a list whose items have no ids. */
  clash = false;

  values(base: unknown, mine: unknown, theirs: unknown): unknown {
    if (same(base, theirs) || same(mine, theirs)) return mine;
    if (same(base, mine)) return theirs;
    if (isPlainObject(mine) && isPlainObject(theirs))
      return this.#objects(isPlainObject(base) ? base : {}, mine, theirs);
    if (Array.isArray(mine) && Array.isArray(theirs)) return this.#lists(base, mine, theirs);
    return mine;
  }

  #objects(base: Row, mine: Row, theirs: Row): Row {
    const members = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
    const merged = members.map((member) => {
      const [was, our, other] = [base, mine, theirs].map((side) => own(side, member));
      return [member, this.values(was, our, other)] as const;
    });
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }

  #lists(base: unknown, mine: readonly unknown[], theirs: readonly unknown[]): unknown {
    const [before, ours, others] = [byId(Array.isArray(base) ? base : []), byId(mine), byId(theirs)];
    if (!before || !ours || !others) {
      this.clash = true;
      return mine;
    }
    // The order is theirs, unless this side has moved items.
    const stayed = [...ours.keys()].filter((id) => before.has(id));
    const moved = !same(
      stayed,
      [...before.keys()].filter((id) => ours.has(id)),
    );
    const ids = new Set(moved ? [...ours.keys(), ...others.keys()] : [...others.keys(), ...ours.keys()]);
    return [...ids].flatMap((id) => {
      const [was, our, other] = [before.get(id), ours.get(id), others.get(id)];
      // An edit of an item outlives its removal.
      if (!our || !other) return same(was, our ?? other) ? [] : [our ?? other];
      return [this.values(was, our, other)];
    });
  }
}

/** The items by id; `undefined` if an item has none, or two have the same. */
function byId(list: readonly unknown[]): Map<unknown, unknown> | undefined {
  const items = new Map(list.map((item) => [isPlainObject(item) ? item.id : undefined, item]));
  return items.size === list.length && !items.has(undefined) ? items : undefined;
}

/** The row's own member, and not one of `Object.prototype`. */
export function own(row: Row | null | undefined, member: string): unknown {
  return row && Object.hasOwn(row, member) ? row[member] : undefined;
}

/** An absent member and an undefined one are the same. */
function same(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}
