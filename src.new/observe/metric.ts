// What the hook is told. It has numbers and words of the SDK only: no ids, no content, no tokens and no addresses.

import type { SyncStatus } from "../types/sync";

/** A request to the server or to the storage. */
export interface RequestMetric {
  name: "request";
  /** Method and path without ids: `POST /api/sync`, `POST /api/assets/{id}/multipart`; `GET storage` for bytes of files. */
  route: string;
  /** 0: there was no answer. 304: what this device has is current. */
  status: number;
  /** Milliseconds from the call to the head of the answer. */
  ms: number;
  /** 1, and one more for each failed request of the same route directly before. Failed: no answer, 429, or 500 and above. */
  attempt: number;
}

/** The queue has changed its state. */
export interface SyncMetric {
  name: "sync";
  state: SyncStatus["state"];
  /** The state before. */
  from: SyncStatus["state"];
  /** Milliseconds that the state before lasted. */
  ms: number;
  pending: number;
  failed: number;
  conflicts: number;
}

/** The application has read a file with `assets.file`. */
export interface FileMetric {
  name: "file";
  /** Whether its bytes were on this device. */
  hit: boolean;
  /** Milliseconds until the bytes were there, or until the error. */
  ms: number;
  ok: boolean;
}

export type Metric = RequestMetric | SyncMetric | FileMetric;
