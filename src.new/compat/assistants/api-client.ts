// The client of the market: reads from this device first, writes that are on this device at once.

import { LandfallError } from "../../errors";
import type { AssistantsApi } from "../../kinds/assistants/api";
import { discardEntry } from "../../outbox/discard";
import type { Assistant, AssistantChanges, Landfall, NewAssistant } from "../../types";
import type { AssistantPage } from "../../types/wire";
import { elapsedBy } from "../../util/clock";
import { fingerprint } from "../../util/hash";
import { report } from "../../util/report";
import { followCreate } from "./create-state";
import { type ListQuery, selectPage } from "./local-list";
import type { Logger, Measurement } from "./log";
import type { PendingAssistants } from "./pending";
import type { PublicCache } from "./public-cache";
import { AssistantRequests, MAX_RETRIES } from "./requests";

const PREFIX = "[AssistantApiClient]";

export interface ReadOptions<T> {
  /** Called when the server's answer has arrived after an answer from this device. */
  onRefreshed?: (answer: T) => void;
}

export interface ApiClientParts {
  api: AssistantsApi;
  landfall: Landfall;
  pending: PendingAssistants;
  cache: PublicCache;
  logger: Logger;
  onMeasured: (measurement: Measurement) => void;
}

export class AssistantApiClient {
  readonly #parts: ApiClientParts;
  readonly #requests: AssistantRequests;

  constructor(parts: ApiClientParts) {
    this.#parts = parts;
    this.#requests = new AssistantRequests(parts.api, parts.landfall, (attempt) => this.#retrying(attempt));
  }

  /**
   * Stores a new assistant and sends it, with three retries after 1, 2 and 4 s. Resolves when the server has it. Where the server can't be reached or
   * goes on failing, it resolves with the row as it is on this device, and the outbox goes on. Rejects with InvalidInputError at once, and with the
   * server's code if the server refuses it: then nothing of it stays.
   */
  create(input: NewAssistant): Promise<Assistant> {
    return this.#measured("create", async () => {
      const { api, landfall, pending, logger } = this.#parts;
      const row = await landfall.assistants.create(input);
      const state = await followCreate(api, landfall, row, MAX_RETRIES + 1, (attempt) => this.#retrying(attempt));
      if (state.kind === "refused") {
        const { db } = await api.parts.source.required();
        await discardEntry(db, api.parts.clock, state.entryId);
        throw new LandfallError(state.code, state.reason);
      }
      if (state.kind === "synced") {
        logger.info(`${PREFIX} Cache updated for new assistant: ${state.row.id}`);
        return state.row;
      }
      if (state.kind === "waiting") pending.saved(row.tempId ?? row.id);
      return row;
    });
  }

  /** The user's own assistants from this device. Others as they were read within 7 days, or from the server. */
  list({ onRefreshed, ...query }: ListQuery & ReadOptions<AssistantPage> = {}): Promise<AssistantPage> {
    const { scope = "mine" } = query;
    return this.#measured("list", async (note) => {
      if (scope === "mine") {
        note("hit");
        await this.#refresh();
        return selectPage(await this.#parts.landfall.assistants.list(), query);
      }
      const request = requestOf({ ...query, scope });
      // What waits for a review changes with each decision.
      if (scope === "review") return this.#requests.list(request);
      const load = async () => {
        const page = await this.#requests.list(request);
        await this.#parts.cache.storePage(keyOf(request), page);
        return page;
      };
      const cached = await this.#parts.cache.page(keyOf(request));
      note(cached ? "hit" : "miss");
      if (!cached) return load();
      this.#inBackground(load, ({ data }) => data.length, onRefreshed);
      return cached;
    });
  }

  /** The rows of `list`. */
  async getAll(query: ListQuery & ReadOptions<AssistantPage> = {}): Promise<Assistant[]> {
    return (await this.list(query)).data;
  }

  /** An own assistant, or one that everybody may read. Rejects with code `not_found`. */
  getById(id: string, { onRefreshed }: ReadOptions<Assistant> = {}): Promise<Assistant> {
    return this.#measured("getById", async (note) => {
      const { cache, landfall } = this.#parts;
      const own = await landfall.assistants.get(id);
      const load = async () => {
        const row = await this.#requests.assistant(id).catch(async (error: unknown) => {
          if (error instanceof LandfallError && error.code === "not_found") await cache.remove(id);
          throw error;
        });
        await cache.storeAssistants([{ ...row, cachedAt: this.#parts.api.parts.clock.now() }]);
        return row;
      };
      const cached = own ?? (await cache.assistant(id));
      note(cached ? "hit" : "miss");
      if (!cached) return load();
      if (own) await this.#refresh();
      else this.#inBackground(load, () => 1, onRefreshed);
      return cached;
    });
  }

  /**
   * Changes an own assistant, on this device at once. `version`: the version that the change was made from. If this device has another by now, it
   * rejects with code `revision_conflict`. A conflict that the server finds is told by `landfall.assistants.conflicts()`.
   */
  update(id: string, { version, ...changes }: AssistantChanges & { version?: number }): Promise<Assistant> {
    return this.#measured("update", async () => {
      const { assistants } = this.#parts.landfall;
      const stored = version === undefined ? undefined : await assistants.get(id);
      if (stored && stored.version !== version) {
        await this.#refresh();
        throw new LandfallError("revision_conflict", "The assistant was changed elsewhere. Read it again.");
      }
      return assistants.update(id, changes);
    });
  }

  delete(id: string): Promise<void> {
    return this.#measured("delete", () => this.#parts.landfall.assistants.delete(id));
  }

  /** Pulls soon. */
  async #refresh(): Promise<void> {
    (await this.#parts.api.parts.source.required()).refresh();
  }

  /** Reads again what was answered from this device. Nobody waits for it, so that being offline is no error. */
  #inBackground<T>(load: () => Promise<T>, count: (answer: T) => number, done?: (answer: T) => void): void {
    load().then(
      (answer) => {
        this.#parts.logger.info(`${PREFIX} Background sync complete: ${count(answer)} assistants synced`);
        try {
          done?.(answer);
        } catch (error) {
          report(error);
        }
      },
      (error: unknown) => this.#parts.logger.warn(`${PREFIX} Background sync failed: ${String(error)}`),
    );
  }

  #retrying(attempt: number): void {
    if (attempt > MAX_RETRIES) return;
    this.#parts.logger.warn(`${PREFIX} Request failed (attempt ${attempt}/${MAX_RETRIES}), retrying...`);
  }

  async #measured<T>(name: string, work: (note: (cache: "hit" | "miss") => void) => Promise<T>): Promise<T> {
    const { onMeasured, api } = this.#parts;
    const elapsed = elapsedBy(api.parts.clock);
    let cache: Measurement["cache"];
    let success = false;
    try {
      const result = await work((one) => {
        cache = one;
      });
      success = true;
      return result;
    } finally {
      try {
        onMeasured({ name, durationMs: elapsed(), success, ...(cache && { cache }) });
      } catch (error) {
        report(error);
      }
    }
  }
}

/** The members that are set. */
function requestOf(query: ListQuery): Record<string, string | number> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
}

/** Equal for queries that ask for the same. */
function keyOf(request: Record<string, string | number>): string {
  return fingerprint(request);
}
