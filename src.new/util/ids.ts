// New ids, of UUID version 7: ids that are made later sort later.

import { v7 } from "./uuid";

/**
 * A new id for a row.
 *
 * @example
 * await landfall.collections.rules.put({ id: newId(), name: "Short answers", content: "Answer in one sentence." });
 */
export function newId(): string {
  return v7();
}

/** The id of a message that the server doesn't have yet. */
export function newTempId(): string {
  return `temp-${v7()}`;
}
