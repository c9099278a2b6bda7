// `@landfall/client/assistants`: the services of the assistant market over `landfall.assistants`.

export type { AssistantPage } from "../../types/wire";
export type { AdoptResult, OldDatabasePreview } from "./adopt";
export type { AssistantApiClient, ReadOptions } from "./api-client";
export type { SyncResult } from "./create-watcher";
export type { ListQuery } from "./local-list";
export type { Logger, Measurement } from "./log";
export { type AssistantMarket, type AssistantMarketOptions, createAssistantMarket } from "./market";
export type { PendingAssistant } from "./pending";
export type { AssistantSyncService, SyncConfig, SyncListener, SyncServiceStatus } from "./sync-service";
