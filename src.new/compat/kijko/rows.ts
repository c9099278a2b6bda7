// Rows as the document's database has them: dates as Date, and the time of the last sync with the server. Pure.

import type { OutboxEntry } from "../../store/tables";
import type { AssetRow, ChatMessage, ChatSession, Project } from "../../types";

/**
 * `syncedAt`: when the row, as it is here, came from the server; of a message, when the server stored it. `null` while something of the row is unsent.
 */
interface Synced {
  syncedAt: Date | null;
}

type WithDates<R, M extends keyof R> = Omit<R, M> & { [K in M]: Date };

export type ChatSessionRecord = WithDates<ChatSession, "createdAt" | "updatedAt"> & Synced;
export type ChatMessageRecord = WithDates<ChatMessage, "createdAt"> & Synced;
export type ProjectRecord = WithDates<Project, "createdAt" | "updatedAt"> & Synced;
/** What is known of a file. */
export type AssetMetadata = WithDates<Omit<AssetRow, "sync" | "localOnly" | "onDevice">, "createdAt" | "updatedAt"> &
  Synced;
/**
 * A file. `file` has its bytes where they are on this device (`onDevice`), in a row that was asked for alone: by `get`, `bulkGet`, `first` or `last`. Lists
 * read no bytes.
 */
export type AssetRecord = AssetMetadata & { onDevice: boolean; file?: File };

/** An upload that waits, runs or failed. One that is done has no row. */
export interface SyncQueue {
  id: string;
  type: "upload";
  assetId: string;
  status: "pending" | "processing" | "failed";
  /** Attempts that reached the server and failed. */
  attempts: number;
  /** The time of the next attempt; `null`: at once. */
  nextRetryAt: Date | null;
  createdAt: Date;
  /** One sentence for people. */
  error?: string;
}

/** `syncedAt`: of a row of which nothing is unsent. */
export function withDates<R extends { createdAt: string; updatedAt?: string }>(row: R, syncedAt: Date | null) {
  const { createdAt, updatedAt } = row;
  return {
    ...row,
    createdAt: new Date(createdAt),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
    syncedAt,
  };
}

const STATUS = { pending: "pending", sending: "processing", failed: "failed" } as const;

export function toSyncQueue({ id, key, status, attempts, nextRetryAt, queuedAt, error }: OutboxEntry): SyncQueue {
  return {
    ...{ id, type: "upload", assetId: key, status: STATUS[status], attempts },
    nextRetryAt: nextRetryAt === null ? null : new Date(nextRetryAt),
    createdAt: new Date(queuedAt),
    ...(error && { error: error.reason }),
  };
}
