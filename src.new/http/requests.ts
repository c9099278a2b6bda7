// Requests of every page, one function each. Paths and bodies are checked against the types that are generated from the OpenAPI document.

import type { GetSessionData, ListProvidersData, LiveData, SignOutData } from "../generated/types.gen";
import type { User } from "../types/wire";
import type { CallOptions, Http, HttpRequest } from "./client";
import type { Outcome } from "./outcome";

/** The health route answers at once or not at all. */
const PROBE_TIMEOUT_MS = 5_000;

/** Calls the operation `O` of the document. The generated client isn't used: it would add 3 KiB to the core. */
export function call<O extends { url: string }, T>(
  http: Http,
  method: HttpRequest["method"],
  operation: O & Omit<HttpRequest, "method">,
  options: CallOptions<T>,
): Promise<Outcome<T>> {
  return http.call({ ...operation, method }, options);
}

/** Where something in front of the server passes only `/api` on, an operation there is asked. */
export async function probeLive(http: Http, signal: AbortSignal): Promise<Outcome<object>> {
  const options = { signal, timeoutMs: PROBE_TIMEOUT_MS, accepts: isObject };
  const live = await call<LiveData, object>(http, "GET", { url: "/health/live" }, options);
  const isForeign = live.kind === "unreachable" && live.status !== undefined;
  return isForeign ? call<ListProvidersData, object>(http, "GET", { url: "/api/auth/providers" }, options) : live;
}

/** `null`: no user is signed in. */
export function fetchSession(http: Http): Promise<Outcome<{ user: User } | null>> {
  const accepts = (data: unknown): data is { user: User } | null => data === null || hasUser(data);
  return call<GetSessionData, { user: User } | null>(http, "GET", { url: "/api/auth/get-session" }, { accepts });
}

export function postSignOut(http: Http): Promise<Outcome<object>> {
  return call<SignOutData, object>(http, "POST", { url: "/api/auth/sign-out" }, { accepts: isObject });
}

export function isObject(data: unknown): data is object {
  return typeof data === "object" && data !== null;
}

export function hasUser(data: unknown): data is { user: User } {
  return (
    isObject(data) && "user" in data && isObject(data.user) && "id" in data.user && typeof data.user.id === "string"
  );
}
