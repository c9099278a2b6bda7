// The wire's types under the names that the rest of the SDK uses.
// The only module besides `requests.ts` that knows how the generator names things.

export type {
  Account as LinkedAccount,
  Asset,
  ChatMessage,
  ChatSession,
  NewMessage,
  Problem,
  Project,
  Session,
  SyncChange,
  SyncInitResponse,
  SyncMutation,
  SyncPage,
  SyncRequest,
  SyncResponse,
  SyncResult,
  User,
  WaysIn,
} from "../generated/types.gen";
