// What a folder of kinds registers: its kinds, its face on the client, and its background work.

import type { WorkspaceSource } from "../store/live";
import type { SyncedKind } from "../store/synced-kind";
import type { KindWorker, WorkerParts } from "../sync/worker";
import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";

export interface KindModule<Face> {
  kinds: readonly SyncedKind[];
  /** Creates the face of the client, `landfall.<name in the registry>`. */
  openFace(parts: FaceParts): Face;
  /** Creates the background work of the leading tab, where the kind has any. */
  openWorker?(parts: WorkerParts): KindWorker;
}

export interface FaceParts {
  source: WorkspaceSource;
  clock: Clock;
  options: LandfallOptions;
  /** Must be called before rows are shown of which some are unsent, so that the status doesn't say "synced" beside them. */
  beforeUnsentRows(): void;
}

/** The modules of a client by the name of their face. */
export type KindModules = Readonly<Record<string, KindModule<unknown>>>;

/** The faces of a client. */
export type FacesOf<M extends KindModules> = { readonly [N in keyof M]: M[N] extends KindModule<infer F> ? F : never };
