// The client as an application sees it.

import type { Auth } from "./auth";
import type { Conflicts } from "./conflicts";
import type { ConnectivityControl } from "./connectivity";
import type { Guest } from "./guest";
import type { KindFaces } from "./kinds";
import type { Sync } from "./sync";

/** What a client has whatever kinds of rows it syncs. */
export interface LandfallCore {
  /**
   * Reads who is signed in from this device and begins to sync. Resolves when that is known; it waits for the network only if this device
   * remembers no user and the option `guest` is off. Further calls do nothing. Rejects with code `closed` after `close()`, and with
   * `storage_unavailable` where nothing can be stored: the browser refuses, or there is no IndexedDB. Then it may be called again.
   */
  start(): Promise<void>;
  /** Stops and releases everything. Queued writes stay queued. */
  close(): Promise<void>;
  readonly auth: Auth;
  readonly conflicts: Conflicts;
  readonly guest: Guest;
  readonly sync: Sync;
  /**
   * Runs writes of this client as one: all of them are saved, or none. `work` may await nothing but calls of this client: a request or
   * a timer in it rolls it back, with code `transaction_ended`, and so does a call that fails, also if its error is caught. Calls behind such an await are calls of their own. Rejects with what `work` throws,
   * with StorageFullError or NotSignedInError.
   *
   * @example
   * await landfall.transaction(async () => {
   *   await landfall.collections.tags.put({ id: tagId, name: "work" });
   *   await landfall.collections.tagRuleLinks.put({ id: newId(), tagId, ruleId });
   * });
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  readonly connectivity: ConnectivityControl;
}

/** The client: local data first, with a queue behind it. One per page. */
export interface Landfall extends LandfallCore, KindFaces {}
