// What a guest's data is claimed with.

import type { WorkspaceSource } from "../store/live";
import type { Kinds } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";

/** The user id of the database while no user is signed in. Ids of users are longer. */
export const GUEST = "guest";

export interface GuestParts {
  source: WorkspaceSource;
  clock: Clock;
  options: LandfallOptions;
  kinds: Kinds;
  /** Loads the code of writes. */
  loadWrites: () => Promise<unknown>;
}
