// `landfall.sync`: the public face of the queue. Shows where it stands, and does by hand what it otherwise does by itself.

import { findEntries } from "../chat/observe";
import type { Connectivity } from "../connectivity/connectivity";
import { watch } from "../db/watch";
import { liveOf, type WorkspaceSource } from "../live";
import { Cell } from "../observable";
import { discardEntry, retryEntries } from "../outbox/by-hand";
import { rowSync } from "../rows/row-sync";
import type { AuthState, FailedEntry, Observable, Sync as SyncApi, SyncExplanation, SyncStatus } from "../types";
import type { Workspace } from "../workspace";
import { excludeCollection, includeCollection } from "./exclude";
import { queryFailed } from "./failed";
import { describe, type QueueFacts, queryFacts } from "./status";

export class Sync implements SyncApi {
  readonly status: Cell<SyncStatus>;
  readonly #source: WorkspaceSource;
  readonly #connectivity: Connectivity;
  readonly #auth: Observable<AuthState>;
  #facts: QueueFacts | null = null;
  #stopFacts = () => {};

  constructor(source: WorkspaceSource, connectivity: Connectivity, auth: Observable<AuthState>) {
    this.#source = source;
    this.#connectivity = connectivity;
    this.#auth = auth;
    this.status = new Cell<SyncStatus>(describe(null, connectivity.status.get(), auth.get()));
    connectivity.status.subscribe(() => this.#show());
    auth.subscribe(() => this.#show());
    source.current.subscribe((workspace) => this.#followFacts(workspace));
  }

  failed(): Observable<FailedEntry[] | undefined> {
    return liveOf(this.#source, { query: ({ db }) => queryFailed(db) });
  }

  async now(): Promise<void> {
    const workspace = await this.#source.required();
    await workspace.holds.clear("forbidden", "unauthenticated", "internal", "storage_full");
    await workspace.hurry();
    if (!this.#connectivity.online) this.#connectivity.hint();
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
    // Asked of the database rather than of `status`, which may not have heard of the last write yet.
    const facts = await new Promise<QueueFacts>((resolve, reject) => {
      const stop = watch(
        () => queryFacts(workspace.db),
        (facts) => {
          if (facts.pending + facts.sending === 0) end(() => resolve(facts));
        },
      );
      const onAbort = () => end(() => reject(signal?.reason));
      const end = (settle: () => void) => {
        stop();
        signal?.removeEventListener("abort", onAbort);
        settle();
      };
      signal?.addEventListener("abort", onAbort);
    });
    return describe(facts, this.#connectivity.status.get(), this.#auth.get());
  }

  async why(key: string): Promise<SyncExplanation | null> {
    const workspace = await this.#source.required();
    const entries = await findEntries(workspace.db, key);
    if (!entries) return null;
    const [first] = entries;
    return {
      key,
      // What stands in the way of the whole queue stands in the way of this entry.
      sync: rowSync(entries, this.status.get().reason),
      attempts: first?.attempts ?? 0,
      ...(first?.nextRetryAt && { nextRetryAt: first.nextRetryAt }),
      ...(first && { queuedAt: first.queuedAt }),
    };
  }

  async retry(entryId: string): Promise<void> {
    await this.#retry([entryId]);
  }

  async retryAll(): Promise<void> {
    await this.#retry("all");
  }

  async discard(entryId: string): Promise<void> {
    const workspace = await this.#source.required();
    await discardEntry(workspace.db, workspace.clock, entryId);
    workspace.refresh();
  }

  async exclude(collection: string): Promise<void> {
    await excludeCollection((await this.#source.required()).db, collection);
  }

  async include(collection: string): Promise<void> {
    const workspace = await this.#source.required();
    await includeCollection(workspace.db, collection, workspace.clock);
    workspace.refresh();
  }

  /**
   * Rows are about to be shown of which some are unsent, and the queue was counted before they were written: the status must not say
   * "synced" beside them, not for one frame.
   */
  sawUnsent(): void {
    const workspace = this.#source.current.get();
    const facts = this.#facts;
    if (!workspace || !facts || facts.pending + facts.sending + facts.failed > 0) return;
    this.#facts = { ...facts, pending: 1 };
    this.#show();
    // Counts anew at once, so a row that was read before its entry was answered doesn't leave a wrong figure.
    this.#watchFacts(workspace);
  }

  stop(): void {
    this.#stopFacts();
  }

  async #retry(ids: readonly string[] | "all"): Promise<void> {
    const workspace = await this.#source.required();
    await retryEntries(workspace.db, ids);
    await workspace.hurry();
  }

  #followFacts(workspace: Workspace | null): void {
    this.#stopFacts();
    this.#facts = null;
    this.#show();
    if (workspace) this.#watchFacts(workspace);
  }

  #watchFacts(workspace: Workspace): void {
    this.#stopFacts();
    this.#stopFacts = watch(
      () => queryFacts(workspace.db),
      (facts) => {
        this.#facts = facts;
        this.#show();
      },
    );
  }

  #show(): void {
    const next = describe(this.#facts, this.#connectivity.status.get(), this.#auth.get());
    if (JSON.stringify(next) !== JSON.stringify(this.status.get())) this.status.set(next);
  }
}
