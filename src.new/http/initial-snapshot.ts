// The request for the initial snapshot. A device makes it once, so it is loaded on demand.

import type { SyncInitData } from "../generated/types.gen";
import type { SyncInitResponse } from "../types/wire";
import { EXACT_JSON } from "../util/exact";
import type { Http } from "./client";
import type { Outcome } from "./outcome";
import { call, hasUser } from "./requests";

/** How many messages of one session it has at most. */
const MESSAGES = 50;

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `currentSessionId`: the chat session whose messages it has. The server would refuse a request with another text than an id. */
export function fetchInitialSnapshot(
  http: Http,
  currentSessionId: string | null | undefined,
  signal: AbortSignal,
): Promise<Outcome<SyncInitResponse>> {
  const isId = currentSessionId && ID.test(currentSessionId);
  const query = { messageLimit: MESSAGES, ...(isId && { currentSessionId }) };
  const operation = { url: "/api/sync/init", query } as const;
  const accepts = (data: unknown): data is SyncInitResponse => hasUser(data) && "sessions" in data;
  return call<SyncInitData, SyncInitResponse>(http, "GET", operation, { signal, accepts, json: EXACT_JSON });
}
