// A file as AppFrames' media library describes it. Pure.

import type { AssetRow } from "../../types";

export interface MediaAsset {
  /** The same as `id` at the server. */
  cloudId?: string;
  userId?: string;
  /** The name of the local copy. */
  handleName: string;
  /** A link to the bytes that doesn't expire; absent until the server has them. */
  cloudUrl?: string;
  fileName: string;
  fileType: "image" | "video" | "audio" | "document" | "other";
  mimeType: string;
  /** Bytes. */
  size: number;
  /** Pixels. */
  width?: number;
  height?: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970. */
  updatedAt: number;
  /** Milliseconds since 1970. */
  syncedAt?: number;
  /** RFC 3339 UTC. */
  cloudCreatedAt?: string;
  syncStatus?: "pending" | "syncing" | "synced" | "error";
  /** One sentence for people. */
  syncError?: string;
}

const STATUS = { pending: "pending", uploading: "syncing", completed: "synced", failed: "error" } as const;

export function toMediaAsset(row: AssetRow, baseUrl: string, userId: string | null): MediaAsset {
  const { id, fileName, fileType, mimeType, size, width, height, createdAt, updatedAt, uploadStatus, sync } = row;
  const synced = uploadStatus === "completed";
  const syncError = uploadStatus === "failed" ? (sync.reason ?? row.error) : null;
  return {
    ...{ cloudId: id, handleName: id, fileName, fileType, mimeType, size },
    ...{ createdAt: Date.parse(createdAt), updatedAt: Date.parse(updatedAt), syncStatus: STATUS[uploadStatus] },
    ...(userId !== null && { userId }),
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(synced && {
      cloudUrl: `${baseUrl}/api/media/assets/${id}/content`,
      syncedAt: Date.parse(updatedAt),
      cloudCreatedAt: createdAt,
    }),
    ...(syncError && { syncError }),
  };
}
