// Reads and writes the record at the server. A write names the revision that it was made from, so that two devices can't set up one account twice.

import { LandfallError } from "../errors";
import type { CallOptions, Http, HttpRequest } from "../http/client";
import { errorOf } from "../http/error-of";
import type { Outcome } from "../http/outcome";
import type { Row } from "../store/tables";
import type { SyncChange, SyncResponse } from "../types/wire";
import { newId } from "../util/ids";
import { isRecord, RECORD_KEY, type SealingRecord } from "./record";

const SCHEMA_VERSION = 2;

export interface RecordAtServer {
  /** `null`: there is none. */
  record: SealingRecord | null;
  revision: number;
}

/** Throws OfflineError, or LandfallError with the server's code. */
export async function readRecord(call: Http["call"]): Promise<RecordAtServer> {
  const request: HttpRequest = {
    method: "GET",
    url: "/api/sync/row",
    query: { collection: "settings", key: RECORD_KEY },
  };
  const accepts = (data: unknown): data is SyncChange =>
    typeof data === "object" && data !== null && "revision" in data;
  const outcome: Outcome<SyncChange> = await call<SyncChange>(request, { accepts });
  if (outcome.kind === "refused" && outcome.refusal.code === "not_found") return { record: null, revision: 0 };
  if (outcome.kind !== "ok") throw errorOf(outcome);
  const { value, revision } = outcome.data;
  const record = (value as Row | null | undefined)?.value;
  return { record: isRecord(record) ? record : null, revision };
}

/** `false`: another device has written it since. Throws OfflineError, or LandfallError with the server's code. */
export async function writeRecord(call: Http["call"], record: SealingRecord, baseRevision: number): Promise<boolean> {
  const put = { id: 1, collection: "settings", op: "put", key: RECORD_KEY, baseRevision, value: { value: record } };
  const body = {
    clientId: newId(),
    schemaVersion: SCHEMA_VERSION,
    cursor: null,
    collections: ["settings"],
    mutations: [put],
    limit: 1,
  };
  const options: CallOptions<SyncResponse> = {
    accepts: (data): data is SyncResponse => typeof data === "object" && data !== null && "results" in data,
  };
  const outcome = await call<SyncResponse>({ method: "POST", url: "/api/sync", body }, options);
  if (outcome.kind !== "ok") throw errorOf(outcome);
  const [result] = outcome.data.results;
  if (result?.status === "conflict") return false;
  if (result?.status === "rejected" || !result)
    throw new LandfallError(result?.error?.code ?? "fault", result?.error?.detail ?? "The server refused the record.");
  return true;
}
