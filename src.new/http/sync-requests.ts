// The requests that push and pull. Loaded on demand (sync/leader.ts).

import { FAULTS_ENABLED, hasFault } from "../faults";
import type { SyncChangesData, SyncData } from "../generated/types.gen";
import type { SyncPage, SyncRequest, SyncResponse } from "../types/wire";
import { EXACT_JSON } from "../util/exact";
import { BASE_TIMEOUT_MS, type Http } from "./client";
import type { Outcome } from "./outcome";
import { call, isObject } from "./requests";

/** A request is expected to be sent at 4 KB/s at least, as the server expects it. */
const UPLOAD_BYTES_PER_MS = 4;
/** Pushes mutations and pulls a page. The page is small on a slow connection, so that the results don't wait for it. */
export function postSync(http: Http, body: SyncRequest, signal: AbortSignal): Promise<Outcome<SyncResponse>> {
  const operation = { url: "/api/sync", body } as const;
  const accepts = (data: unknown): data is SyncResponse =>
    isPage(data) &&
    "results" in data &&
    Array.isArray(data.results) &&
    // Results in another order than the mutations would be stored for the wrong rows.
    body.mutations?.every(({ id }, index) => (data.results as SyncResponse["results"])[index]?.id === id) === true;
  return call<SyncData, SyncResponse>(http, "POST", operation, {
    signal,
    timeoutMs: uploadTimeoutMs(body),
    accepts,
    json: EXACT_JSON,
  });
}

/** The page of changes after a cursor, as large as the connection brings in seconds. */
export function fetchChanges(
  http: Http,
  { cursor, collections, limit }: { cursor: string | null; collections: string[]; limit: number },
  signal: AbortSignal,
): Promise<Outcome<SyncPage>> {
  const maxBytes = http.bandwidth.pieceBytes;
  const query = { collections: collections.join(), limit, maxBytes, ...(cursor && { cursor }) };
  const operation = { url: "/api/sync/changes", query } as const;
  return call<SyncChangesData, SyncPage>(http, "GET", operation, { signal, accepts: isPage, json: EXACT_JSON });
}

function isPage(data: unknown): data is SyncPage {
  return isObject(data) && "changes" in data && Array.isArray(data.changes) && "cursor" in data;
}

/** A timeout that leaves a slow connection the time to send a body of this size. */
function uploadTimeoutMs(body: unknown): number {
  if (FAULTS_ENABLED && hasFault("slow request given up")) return BASE_TIMEOUT_MS;
  return BASE_TIMEOUT_MS + Math.ceil(JSON.stringify(body).length / UPLOAD_BYTES_PER_MS);
}
