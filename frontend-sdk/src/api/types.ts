// The wire's types under the names that the rest of the SDK uses.
// The only module besides `requests.ts` that knows how the generator names things.

export type {
  ChatMessage,
  ChatSession,
  NewMessage,
  Problem,
  Project,
  SyncChange,
  SyncInitResponse,
  SyncMutation,
  SyncPage,
  SyncRequest,
  SyncResponse,
  SyncResult,
  User,
} from "../generated/types.gen";
