// New ids. Version 7, so that what was made later sorts later.

import { v7 } from "uuid";

export function newId(): string {
  return v7();
}

/** The id of a message that the server doesn't have yet. */
export function newTempId(): string {
  return `temp-${v7()}`;
}
