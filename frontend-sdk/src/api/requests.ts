// The requests that the core makes, one function each: what goes in, and what counts as an answer. Addresses and bodies are checked
// against the types generated from the server's document, so a change there that touches us doesn't compile.

import type {
  CreateSessionData,
  DeleteSessionData,
  DevSignInData,
  GetSessionData,
  ListMessagesData,
  LiveData,
  SendMessagesData,
  SignOutData,
  SyncInitData,
  UpdateSessionData,
} from "../generated/types.gen";
import { type CallOptions, type Http, type Question, uploadTimeoutMs } from "./http";
import type { Outcome } from "./outcome";
import type { ChatSession, MessagePage, SendMessagesResponse, SyncInitResponse, User } from "./types";

/** Health answers at once or not at all. */
const PROBE_TIMEOUT_MS = 5_000;

/** Asks the operation `O` of the document. The generated client isn't used here: with it the core would be 3 KiB larger. */
function ask<O extends { url: string }, T>(
  http: Http,
  method: Question["method"],
  operation: O & Omit<Question, "method">,
  options: CallOptions<T>,
): Promise<Outcome<T>> {
  return http.call({ ...operation, method }, options);
}

export function probeLive(http: Http, signal: AbortSignal): Promise<Outcome<object>> {
  const options = { signal, timeoutMs: PROBE_TIMEOUT_MS, accepts: isObject };
  return ask<LiveData, object>(http, "GET", { url: "/health/live" }, options);
}

export function postDevSignIn(http: Http, body: DevSignInData["body"]): Promise<Outcome<{ user: User }>> {
  return ask<DevSignInData, { user: User }>(http, "POST", { url: "/api/auth/dev/sign-in", body }, { accepts: hasUser });
}

/** `null`: nobody is signed in. */
export function fetchSession(http: Http): Promise<Outcome<{ user: User } | null>> {
  const accepts = (data: unknown): data is { user: User } | null => data === null || hasUser(data);
  return ask<GetSessionData, { user: User } | null>(http, "GET", { url: "/api/auth/get-session" }, { accepts });
}

export function postSignOut(http: Http): Promise<Outcome<object>> {
  return ask<SignOutData, object>(http, "POST", { url: "/api/auth/sign-out" }, { accepts: isObject });
}

/** `etag` is the one of the last answer to the same question; with it the answer may be `unchanged`. */
export function fetchInit(
  http: Http,
  question: { sessionId: string | null; messageLimit: number; etag: string | null },
  signal: AbortSignal,
): Promise<Outcome<SyncInitResponse>> {
  const { sessionId, messageLimit, etag } = question;
  const query = { messageLimit, ...(sessionId && { currentSessionId: sessionId }) };
  const headers = { ...(etag && { "If-None-Match": etag }) };
  const operation = { url: "/api/sync/init", query, headers } as const;
  return ask<SyncInitData, SyncInitResponse>(http, "GET", operation, { signal, accepts: isInit });
}

export function postChatSession(
  http: Http,
  body: CreateSessionData["body"],
  signal: AbortSignal,
): Promise<Outcome<ChatSession>> {
  const operation = { url: "/api/chat/sessions", body } as const;
  return ask<CreateSessionData, ChatSession>(http, "POST", operation, { signal, accepts: isChatSession });
}

export function patchChatSession(
  http: Http,
  sessionId: string,
  body: UpdateSessionData["body"],
  signal: AbortSignal,
): Promise<Outcome<ChatSession>> {
  const operation = { url: "/api/chat/sessions/{sessionId}", path: { sessionId }, body } as const;
  return ask<UpdateSessionData, ChatSession>(http, "PATCH", operation, { signal, accepts: isChatSession });
}

export function deleteChatSession(http: Http, sessionId: string, signal: AbortSignal): Promise<Outcome<undefined>> {
  const operation = { url: "/api/chat/sessions/{sessionId}", path: { sessionId } } as const;
  // 204: there is nothing to look at.
  const accepts = (data: unknown): data is undefined => data === undefined;
  return ask<DeleteSessionData, undefined>(http, "DELETE", operation, { signal, accepts });
}

export function postMessageBatch(
  http: Http,
  body: SendMessagesData["body"],
  signal: AbortSignal,
): Promise<Outcome<SendMessagesResponse>> {
  const operation = { url: "/api/chat/messages/batch", body } as const;
  const accepts = (data: unknown): data is SendMessagesResponse =>
    isMessagePage(data) && data.messages.length === body.messages.length;
  const timeoutMs = uploadTimeoutMs(body);
  return ask<SendMessagesData, SendMessagesResponse>(http, "POST", operation, { signal, timeoutMs, accepts });
}

/** One page of a session's messages, ascending: the newest, or those next to a position. */
export function fetchMessages(
  http: Http,
  sessionId: string,
  page: { before?: number; after?: number; limit: number },
): Promise<Outcome<MessagePage>> {
  const operation = { url: "/api/chat/{sessionId}/messages", path: { sessionId }, query: page } as const;
  return ask<ListMessagesData, MessagePage>(http, "GET", operation, { accepts: isMessagePage });
}

function isObject(data: unknown): data is object {
  return typeof data === "object" && data !== null;
}

function hasUser(data: unknown): data is { user: User } {
  return (
    isObject(data) && "user" in data && isObject(data.user) && "id" in data.user && typeof data.user.id === "string"
  );
}

function isChatSession(data: unknown): data is ChatSession {
  return isObject(data) && "id" in data && "revision" in data && typeof data.revision === "number";
}

function isMessagePage(data: unknown): data is MessagePage {
  return isObject(data) && "messages" in data && Array.isArray(data.messages);
}

function isInit(data: unknown): data is SyncInitResponse {
  return (
    isObject(data) && "cursor" in data && "sessions" in data && Array.isArray(data.sessions) && isMessagePage(data)
  );
}
