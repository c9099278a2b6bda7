// Conflicts between local changes and changes of other devices.

import type { Observable } from "./observable";

/**
 * What happens to an unsent change when another device has changed the same row: the local one is sent, the server's is accepted, both are merged
 * member by member, or the user is asked. The README's section on conflicts has the rules of `merge`.
 */
export type ConflictPolicy = "client-wins" | "server-wins" | "merge" | "ask";

/** An open conflict. `null`: the row is deleted on that side. */
export interface Conflict {
  collection: string;
  key: string;
  /** What both were made from; `null` where this device doesn't know it. */
  base: Record<string, unknown> | null;
  /** The row on this device. */
  mine: Record<string, unknown> | null;
  /** The row at the server. */
  theirs: Record<string, unknown> | null;
  /** RFC 3339 UTC. */
  since: string;
}

/** The local row on top of the server's, the server's row, or a row that was made from both. */
export type Resolution = "mine" | "theirs" | Record<string, unknown>;

/** The open conflicts. The row of an open conflict stays as it is here and isn't sent. */
export interface Conflicts {
  /** `undefined` until first read. */
  list(): Observable<Conflict[] | undefined>;
  /**
   * Rejects with code `not_found` when the row has no open conflict, with InvalidInputError, StorageFullError or NotSignedInError.
   *
   * @example
   * await landfall.conflicts.resolve(conflict, { ...conflict.theirs, ...conflict.mine });
   */
  resolve(conflict: Pick<Conflict, "collection" | "key">, resolution: Resolution): Promise<void>;
}
