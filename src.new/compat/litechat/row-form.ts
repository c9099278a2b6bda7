// The form in which rows of the application are stored, and their order. Pure.

import type { Row } from "../../store/tables";
import { newId } from "../../util/ids";
import { differenceOf } from "./store";
import type { TableRules } from "./tables";
import { isoOf, jsonOf, keyOf } from "./values";

/** The row as JSON with its key, times as text, keys of other rows as text, and the members that must be there. `nulls`: of a save. */
export function storedForm(rules: TableRules, input: unknown, nulls: readonly string[] = []): Row {
  const given = { ...(input as Row) };
  if (given[rules.key] == null || given[rules.key] === "") {
    given[rules.key] = newId();
    // Dexie puts the key into the object too.
    if (Object.isExtensible(input)) (input as Row)[rules.key] = given[rules.key];
  }
  const missing = Object.fromEntries(nulls.map((member) => [member, null]));
  const row: Row = { ...rules.defaults, ...missing, ...(jsonOf(given) as Row), [rules.key]: keyOf(given[rules.key]) };
  for (const member of rules.dates) if (row[member] != null) row[member] = isoOf(row[member]);
  for (const member of rules.links) if (typeof row[member] === "number") row[member] = String(row[member]);
  const { members } = rules;
  return members ? Object.fromEntries(Object.entries(row).filter(([member]) => members.includes(member))) : row;
}

export function isSame(one: Row, other: Row): boolean {
  const { changes, remove } = differenceOf(one, other);
  return Object.keys(changes).length === 0 && remove.length === 0;
}

export function sorted(rows: Row[], { order, key }: TableRules): Row[] {
  if (!order) return rows;
  const { by, newestFirst } = order;
  const compare = (one: unknown, other: unknown) => {
    // A row without a value is the least.
    if (one == null || other == null) return Number(one != null) - Number(other != null);
    return one === other ? 0 : (one as string) < (other as string) ? -1 : 1;
  };
  const least = (one: Row, other: Row) => compare(one[by], other[by]) || compare(one[key], other[key]);
  return [...rows].sort((one, other) => (newestFirst ? least(other, one) : least(one, other)));
}
