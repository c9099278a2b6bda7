// The wire's types under the names that the rest of the SDK uses.
// The only module besides `requests.ts` that knows how the generator names things.

export type {
  ChatMessage,
  ChatSession,
  CreateSessionRequest,
  MessagePage,
  NewMessage,
  Problem,
  SendMessagesResponse,
  SyncInitResponse,
  UpdateSessionRequest,
  User,
} from "../generated/types.gen";
