// The sync service of the market: it wakes the one outbox, at a reconnection and in intervals, and tells what becomes of pending assistants.

import type { AssistantsApi } from "../../kinds/assistants/api";
import type { Landfall } from "../../types";
import type { Timer } from "../../types/clock";
import { report } from "../../util/report";
import { type SyncResult, type WatchedResult, watchCreates } from "./create-watcher";
import type { Logger } from "./log";
import type { PendingAssistants } from "./pending";
import { releaseCreates } from "./release";

/** The specification's names and figures. */
export interface SyncConfig {
  /** Attempts of a run per assistant. Default: 5. The outbox goes on in longer intervals after that. */
  maxRetries: number;
  /** Milliseconds between two attempts that the service asks for. Default: 5,000. */
  retryDelay: number;
  /** Milliseconds between two runs. Default: 30,000. */
  syncInterval: number;
}

export const DEFAULT_CONFIG: SyncConfig = { maxRetries: 5, retryDelay: 5_000, syncInterval: 30_000 };

export interface SyncServiceStatus {
  isOnline: boolean;
  isSyncing: boolean;
  isRunning: boolean;
}

/** Gets the results of attempts, as they come. */
export type SyncListener = (results: SyncResult[]) => void;

export interface SyncServiceParts {
  api: AssistantsApi;
  landfall: Landfall;
  pending: PendingAssistants;
  logger: Logger;
}

const PREFIX = "[AssistantSyncService]";

/** A run waits no longer for the results of its assistants, in milliseconds. */
const MAX_RUN_MS = 30_000;

export class AssistantSyncService {
  readonly #parts: SyncServiceParts;
  readonly #config: SyncConfig;
  readonly #listeners = new Set<SyncListener>();
  #running: (() => void)[] | null = null;
  #interval: Timer | null = null;
  #run: Promise<SyncResult[]> | null = null;

  constructor(parts: SyncServiceParts, config: Partial<SyncConfig> = {}) {
    this.#parts = parts;
    this.#config = { ...DEFAULT_CONFIG, ...config };
  }

  /** Returns a function that removes the listener. */
  addListener(listener: SyncListener): () => void {
    this.#listeners.add(listener);
    return () => this.removeListener(listener);
  }

  removeListener(listener: SyncListener): void {
    this.#listeners.delete(listener);
  }

  /** Does nothing if it runs. */
  start(): void {
    if (this.#running) return;
    const { api, landfall, logger } = this.#parts;
    logger.info(`${PREFIX} Starting sync service`);
    let wasOnline = true;
    this.#running = [
      watchCreates(api, (results) => this.#tell(results)),
      landfall.connectivity.status.subscribe(({ online }) => {
        if (online && !wasOnline) {
          logger.info(`${PREFIX} Network online - triggering sync`);
          this.#trigger();
        }
        if (!online && wasOnline) logger.info(`${PREFIX} Network offline`);
        wasOnline = online;
      }),
    ];
    this.#trigger();
    this.#again();
  }

  /** Ends the runs and the results. The outbox goes on. */
  stop(): void {
    if (!this.#running) return;
    for (const end of this.#running) end();
    this.#running = null;
    this.#interval?.cancel();
    this.#parts.logger.info(`${PREFIX} Stopping sync service`);
  }

  getStatus(): SyncServiceStatus {
    const { online } = this.#parts.landfall.connectivity.status.get();
    return { isOnline: online, isSyncing: this.#run !== null, isRunning: this.#running !== null };
  }

  /**
   * Sends pending assistants now. Resolves with a result for each that was answered, when all are, or when the server can't be reached. Concurrent
   * calls share a run.
   */
  triggerSync(): Promise<SyncResult[]> {
    this.#run ??= this.#sync().finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  async #sync(): Promise<SyncResult[]> {
    const { api, logger } = this.#parts;
    if (!this.getStatus().isOnline || !api.parts.source.current.get()) return [];
    const results = new Map<string, SyncResult>();
    let look = () => {};
    const unwatch = watchCreates(api, (some) => {
      for (const one of some) results.set(one.tempId, resultOf(one));
      // While the service runs, its own watch tells the listeners.
      if (!this.#running) this.#tell(some);
      look();
    });
    try {
      const creates = await releaseCreates(api, this.#config);
      logger.info(`${PREFIX} Found ${creates.length} pending assistants to sync`);
      if (creates.length > 0)
        await this.#until((done) => {
          look = () => creates.every(({ tempId }) => results.has(tempId)) && done();
          look();
        });
      return [...results.values()];
    } finally {
      unwatch();
    }
  }

  /** Waits for `done`, no longer than a run may take, and not while the queue can't go on. */
  #until(begin: (done: () => void) => void): Promise<void> {
    const { landfall, api } = this.#parts;
    const stops: (() => void)[] = [];
    const ended = new Promise<void>((resolve) => {
      const timer = api.parts.clock.after(MAX_RUN_MS, resolve);
      stops.push(
        () => timer.cancel(),
        landfall.sync.status.subscribe(({ state }) => {
          if (state === "offline" || state === "paused") resolve();
        }),
      );
      begin(resolve);
    });
    return ended.finally(() => {
      for (const stop of stops) stop();
    });
  }

  #again(): void {
    this.#interval = this.#parts.api.parts.clock.after(this.#config.syncInterval, () => {
      this.#trigger();
      this.#again();
    });
  }

  /** A run for which nobody waits. */
  #trigger(): void {
    this.triggerSync().catch((error: unknown) => this.#parts.logger.error(`${PREFIX} Sync failed: ${String(error)}`));
  }

  #tell(results: readonly WatchedResult[]): void {
    const { logger, pending } = this.#parts;
    for (const { tempId, success, assistantId, error, retryCount } of results) {
      if (success) {
        pending.removed(tempId);
        logger.info(`${PREFIX} Successfully synced ${tempId} -> ${assistantId}`);
      } else {
        pending.retried(tempId, retryCount);
        logger.error(`${PREFIX} Failed to sync ${tempId}: ${error}`);
      }
    }
    for (const listener of [...this.#listeners]) {
      try {
        listener(results.map(resultOf));
      } catch (error) {
        report(error);
      }
    }
  }
}

function resultOf({ retryCount: _retryCount, ...result }: WatchedResult): SyncResult {
  return result;
}
