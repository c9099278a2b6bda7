// The requests that the core makes, one function each: what goes in, and what counts as an answer. Addresses and bodies are checked
// against the types generated from the server's document, so a change there that touches us doesn't compile.

import type {
  DevSignInData,
  GetSessionData,
  LiveData,
  SignOutData,
  SyncChangesData,
  SyncData,
  SyncInitData,
} from "../generated/types.gen";
import { type CallOptions, type Http, type Question, uploadTimeoutMs } from "./http";
import type { Outcome } from "./outcome";
import type { SyncInitResponse, SyncPage, SyncRequest, SyncResponse, User } from "./types";

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

/** What a device shows first. */
export function fetchInit(http: Http, messageLimit: number, signal: AbortSignal): Promise<Outcome<SyncInitResponse>> {
  const operation = { url: "/api/sync/init", query: { messageLimit } } as const;
  return ask<SyncInitData, SyncInitResponse>(http, "GET", operation, { signal, accepts: isInit });
}

/** What this device has to say, and what it wants to hear. */
export function postSync(http: Http, body: SyncRequest, signal: AbortSignal): Promise<Outcome<SyncResponse>> {
  const operation = { url: "/api/sync", body } as const;
  const accepts = (data: unknown): data is SyncResponse =>
    isPage(data) &&
    "results" in data &&
    Array.isArray(data.results) &&
    // In the order of the request. Should it ever not be, nothing may be written down of a wrong row.
    body.mutations?.every(({ id }, index) => (data.results as SyncResponse["results"])[index]?.id === id) === true;
  return ask<SyncData, SyncResponse>(http, "POST", operation, { signal, timeoutMs: uploadTimeoutMs(body), accepts });
}

/** The page of changes after a cursor. */
export function fetchChanges(
  http: Http,
  question: { cursor: string | null; collections: string[]; limit: number },
  signal: AbortSignal,
): Promise<Outcome<SyncPage>> {
  const { cursor, collections, limit } = question;
  const query = { collections: collections.join(), limit, ...(cursor && { cursor }) };
  return ask<SyncChangesData, SyncPage>(http, "GET", { url: "/api/sync/changes", query }, { signal, accepts: isPage });
}

function isObject(data: unknown): data is object {
  return typeof data === "object" && data !== null;
}

function hasUser(data: unknown): data is { user: User } {
  return (
    isObject(data) && "user" in data && isObject(data.user) && "id" in data.user && typeof data.user.id === "string"
  );
}

function isPage(data: unknown): data is SyncPage {
  return isObject(data) && "changes" in data && Array.isArray(data.changes) && "cursor" in data;
}

function isInit(data: unknown): data is SyncInitResponse {
  return (
    isObject(data) &&
    "sessions" in data &&
    Array.isArray(data.sessions) &&
    "messages" in data &&
    Array.isArray(data.messages)
  );
}
