// `landfall.sync`: the status of the queue, and the actions on it.

import type { Connectivity } from "../connectivity/connectivity";
import { NotSignedInError, OfflineError, StorageFullError } from "../errors";
import { clearPause } from "../store/app-state";
import { liveOnDemand, type OpenWorkspace, type WorkspaceSource } from "../store/live";
import { watch } from "../store/watch";
import type { AuthState } from "../types/auth";
import type { Observable } from "../types/observable";
import type { FailedEntry, Sync, SyncExplanation, SyncStatus } from "../types/sync";
import { Cell } from "../util/observable";
import { leaderCode } from "./leader-on-demand";
import { describe, type QueueFacts, queryFacts } from "./status";

type RareActions = typeof import("./exclude") &
  typeof import("./explain") &
  typeof import("./failed") &
  typeof import("../outbox/discard") &
  Pick<typeof import("../outbox/actions"), "retryEntries">;

/** After a lost connection. By a timer, since a tab that is about to be frozen closes its connections too. */
const REOPEN_MS = 2_000;

export class SyncApi implements Sync {
  readonly status: Cell<SyncStatus>;
  readonly #source: WorkspaceSource;
  readonly #connectivity: Connectivity;
  readonly #auth: Observable<AuthState>;
  readonly #blocked: Observable<boolean>;
  readonly #load: () => Promise<RareActions>;
  #facts: QueueFacts | null = null;
  /** Why this device's data can't be read, or why nothing can be stored. */
  #failure: string | null = null;
  #isFull = false;
  #stopFacts = () => {};
  /** Whether the status is to be told when the rows that it speaks of are shown. */
  #early = false;
  /** Whether the queue has changed since it was counted last. */
  #counting = false;

  /** `blocked`: this tab waits for one that the browser has suspended. `load` gives the code of rare actions. */
  constructor(
    source: WorkspaceSource,
    connectivity: Connectivity,
    auth: Observable<AuthState>,
    blocked: Observable<boolean>,
    load: () => Promise<RareActions>,
  ) {
    this.#source = source;
    this.#connectivity = connectivity;
    this.#auth = auth;
    this.#blocked = blocked;
    this.#load = load;
    this.status = new Cell<SyncStatus>(this.#describe(null));
    blocked.subscribe(() => this.#show());
    connectivity.status.subscribe(() => this.#show());
    auth.subscribe(() => this.#show());
    source.current.subscribe((workspace) => this.#followFacts(workspace));
  }

  failed(): Observable<FailedEntry[] | undefined> {
    return liveOnDemand(this.#source, this.#load, { key: ["failed"], query: (code, { db }) => code.queryFailed(db) });
  }

  async now(): Promise<void> {
    const workspace = await this.#source.required();
    await clearPause(workspace.state, "forbidden", "unauthenticated", "internal", "storage_full");
    if (!this.#connectivity.online) this.#connectivity.hint();
    await workspace.retryAllNow();
    workspace.refresh();
  }

  async pause(): Promise<void> {
    await (await this.#source.required()).state.set("sync.pausedByApp", true);
  }

  async resume(): Promise<void> {
    const workspace = await this.#source.required();
    await workspace.state.set("sync.pausedByApp", false);
    workspace.refresh();
  }

  async awaitInSync(options: { signal?: AbortSignal } = {}): Promise<SyncStatus> {
    const { signal } = options;
    const workspace = await this.#source.required();
    signal?.throwIfAborted();
    // A guest's rows stay on this device.
    if (this.#auth.get().status !== "signed-in") throw new NotSignedInError();
    const left = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
    const loading = leaderCode.load().catch((cause: unknown) => {
      throw new OfflineError(cause);
    });
    const { untilInSync } = await Promise.race([loading, left]);
    const { status } = this;
    const parts = { status, source: this.#source, isEarly: () => this.#early, counted: this.#setFacts };
    try {
      return await untilInSync(parts, workspace, signal);
    } finally {
      // A count that began earlier must not show an older state.
      if (this.#source.current.get() === workspace) this.#watchFacts(workspace);
    }
  }

  async why(key: string): Promise<SyncExplanation | null> {
    const workspace = await this.#source.required();
    const { explain } = await this.#load();
    return explain(workspace.db, key, this.status.get().reason);
  }

  async retry(entryId: string): Promise<void> {
    await this.#retry([entryId]);
  }

  async retryAll(): Promise<void> {
    await this.#retry("all");
  }

  async discard(entryId: string): Promise<void> {
    const workspace = await this.#source.required();
    const { discardEntry } = await this.#load();
    await discardEntry(workspace.db, workspace.clock, entryId);
    workspace.refresh();
  }

  async exclude(collection: string): Promise<void> {
    const { db } = await this.#source.required();
    const { excludeCollection } = await this.#load();
    await excludeCollection(db, collection);
  }

  async include(collection: string): Promise<void> {
    const workspace = await this.#source.required();
    const { includeCollection } = await this.#load();
    await includeCollection(workspace.db, collection, workspace.clock);
    workspace.refresh();
  }

  /**
   * A face is about to show rows of which some are unsent, and the queue was counted before they were written. The status must not say "synced"
   * beside them in any frame.
   */
  readonly beforeUnsentRows = (): void => {
    const workspace = this.#source.current.get();
    const facts = this.#facts;
    if (!workspace || !facts || facts.pending + facts.sending + facts.failed + facts.conflicts > 0) return;
    this.#facts = { ...facts, pending: 1 };
    this.#show();
    // The queue is counted again at once, so that a row that was acknowledged meanwhile leaves no wrong figure.
    this.#watchFacts(workspace);
  };

  /** The local database can't be read, or takes nothing. */
  readonly storageFailed = (error: unknown): void => {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#isFull = error instanceof StorageFullError;
    this.#show();
  };

  stop(): void {
    this.#stopFacts();
  }

  async #retry(ids: readonly string[] | "all"): Promise<void> {
    const workspace = await this.#source.required();
    const { retryEntries } = await this.#load();
    await retryEntries(workspace.db, ids);
    await workspace.retryAllNow();
  }

  #followFacts(workspace: OpenWorkspace | null): void {
    this.#stopFacts();
    this.#facts = null;
    this.#counting = false;
    this.#show();
    if (!workspace) return;
    workspace.reading.onChange((count) => count === 0 && this.#show());
    this.#watchFacts(workspace);
  }

  #watchFacts(workspace: OpenWorkspace): void {
    this.#stopFacts();
    const { db } = workspace;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = watch(
      () => {
        this.#counting = true;
        return queryFacts(db);
      },
      this.#setFacts,
      (error) => {
        this.#facts = null;
        this.storageFailed(error);
        // Dexie tries to open a database again only after this.
        db.close({ disableAutoOpen: false });
      },
    );
    // The browser has closed the database, for example because its data was cleared. It may come back.
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.#watchFacts(workspace);
        workspace.refresh();
      }, REOPEN_MS);
    };
    db.on("close", again);
    this.#stopFacts = () => {
      stop();
      clearTimeout(timer);
      db.on("close").unsubscribe(again);
    };
  }

  #describe(facts: QueueFacts | null): SyncStatus {
    const status = describe(facts, this.#connectivity.status.get(), this.#auth.get(), this.#blocked.get());
    return this.#failure === null ? status : { ...status, state: "paused", reason: this.#failure };
  }

  readonly #setFacts = (facts: QueueFacts): void => {
    this.#counting = false;
    // The same figures and the first ones are no sign that something was stored.
    if (this.#facts ? JSON.stringify(facts) !== JSON.stringify(this.#facts) : !this.#isFull) this.#failure = null;
    this.#facts = facts;
    this.#show();
  };

  /**
   * A commit starts all live queries that it concerns at once. Rows are told as sent or received when all of these have shown their result, and the
   * queue was counted after the last write.
   */
  #show(): void {
    const next = this.#describe(this.#facts);
    const shown = this.status.get();
    const isReading = this.#counting || (this.#source.current.get()?.reading.get() ?? 0) > 0;
    this.#early = isReading && next.state === "synced" && shown.state !== "synced";
    if (this.#early) return;
    if (isReading && next.receiving) next.receiving = Math.min(next.receiving, shown.receiving ?? 0);
    if (JSON.stringify(next) !== JSON.stringify(shown)) this.status.set(next);
  }
}
