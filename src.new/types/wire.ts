// The types of the wire under the names that the SDK uses. Only this file and the request functions know the generator's names.

import type { SyncPage as GeneratedPage, SyncResponse as GeneratedResponse } from "../generated/types.gen";

export type {
  Account as LinkedAccount,
  Asset,
  Assistant,
  AssistantPage,
  ChatMessage,
  ChatSession,
  ListProvidersResponse as SignInMethods,
  NewMessage,
  Problem,
  Project,
  Session,
  SyncChange,
  SyncInitResponse,
  SyncMutation,
  SyncOutcomes,
  SyncRequest,
  SyncResult,
  User,
} from "../generated/types.gen";

/** Wanted collections that the server doesn't know. An older server doesn't name them. */
interface NamesUnknown {
  unknownCollections?: string[];
}

/** The answer of `GET /api/sync/changes`. */
export type SyncPage = GeneratedPage & NamesUnknown;
/** The answer of `POST /api/sync`. */
export type SyncResponse = GeneratedResponse & NamesUnknown;
