// The services of the assistant market for a client.

import { LandfallError } from "../../errors";
import { AssistantsApi } from "../../kinds/assistants/api";
import type { Assistant, Landfall, NewAssistant, Observable } from "../../types";
import { type AdoptResult, adopt, type OldDatabasePreview, previewOldDatabase } from "./adopt";
import { AssistantApiClient } from "./api-client";
import { type Logger, type Measurement, SILENT } from "./log";
import { type PendingAssistant, PendingAssistants } from "./pending";
import { PublicCache } from "./public-cache";
import { AssistantSyncService, type SyncConfig } from "./sync-service";

/** The service starts so long after it was created, in milliseconds (the specification's figure). */
const START_MS = 5_000;

export interface AssistantMarketOptions extends Partial<SyncConfig> {
  /** Gets the lines of the log; `console` is one. Default: none is written. */
  logger?: Logger;
  /** Called at the end of each call of `assistantApiClient`. */
  onMeasured?: (measurement: Measurement) => void;
  /** Starts the sync service after 5 s. Default: true. */
  autoStart?: boolean;
}

export interface AssistantMarket {
  readonly assistantApiClient: AssistantApiClient;
  readonly assistantSyncService: AssistantSyncService;
  /** Saves a new assistant under a temporary id of the application; a repeat does nothing. Rejects with InvalidInputError. */
  savePendingAssistant(tempId: string, data: NewAssistant): Promise<Assistant>;
  /** In the order of writing. */
  getPendingAssistants(): Promise<PendingAssistant[]>;
  /** Removes an unsent assistant. Rejects with code `in_flight` while it is being sent. */
  removePendingAssistant(tempId: string): Promise<void>;
  /** Counts an attempt of the application's own. The attempts of the outbox are counted by it. */
  updatePendingAssistantRetry(tempId: string, error?: string): Promise<void>;
  /** What `getPendingAssistants` gives, now and after each change. */
  pendingAssistants(): Observable<PendingAssistant[] | undefined>;
  /** What an `AssistantMarketDB` of this browser has, without a change; `null` where there is none. */
  previewOldDatabase(): Promise<OldDatabasePreview | null>;
  /** Takes an `AssistantMarketDB` over. May be repeated. */
  adopt(): Promise<AdoptResult>;
  /** Stops the service and closes what was opened. The outbox goes on. */
  close(): void;
}

/**
 * Creates the services of the assistant market over `landfall.assistants`. Throws LandfallError `invalid_option` for a client without assistants.
 *
 * @example
 * const { assistantApiClient, assistantSyncService } = createAssistantMarket(landfall, { logger: console });
 * assistantSyncService.addListener((results) => results.forEach(({ tempId, success }) => console.log(tempId, success)));
 * await assistantApiClient.create({ title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." });
 */
export function createAssistantMarket(landfall: Landfall, options: AssistantMarketOptions = {}): AssistantMarket {
  const api: unknown = landfall.assistants;
  if (!(api instanceof AssistantsApi))
    throw new LandfallError("invalid_option", "createAssistantMarket: this client has no assistants.");
  const { logger = SILENT, onMeasured = () => {}, autoStart = true, ...config } = options;
  const { clock } = api.parts;
  const pending = new PendingAssistants(api, logger);
  const cache = new PublicCache(api.parts.options, () => clock.now());
  const parts = { api, landfall, pending, cache, logger, onMeasured };
  const service = new AssistantSyncService(parts, config);
  const timer = autoStart ? clock.after(START_MS, () => service.start()) : null;
  return {
    assistantApiClient: new AssistantApiClient(parts),
    assistantSyncService: service,
    savePendingAssistant: (tempId, data) => pending.save(tempId, data),
    getPendingAssistants: () => pending.list(),
    removePendingAssistant: (tempId) => pending.remove(tempId),
    updatePendingAssistantRetry: (tempId, error) => pending.updateRetry(tempId, error),
    pendingAssistants: () => pending.all(),
    previewOldDatabase: () => previewOldDatabase(api),
    adopt: () => adopt(api, cache),
    close() {
      timer?.cancel();
      service.stop();
      cache.close();
    },
  };
}
