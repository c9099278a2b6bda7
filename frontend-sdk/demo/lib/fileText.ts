// The texts for a file's state: which device has it and what it waits for.
import type { AssetRow, RowSyncState, UploadProgress } from "@landfall/client";

/** The state of a file: sign, short text, and a sentence if the user must know more. */
export type FileStatus = { state: RowSyncState; words: string; why?: string };

export function statusOfFile(
  { uploadStatus, sync, onDevice, localOnly, error }: AssetRow,
  progress: UploadProgress | undefined,
): FileStatus {
  if (localOnly) return { state: "saved", words: "Stays on this device" };
  const why = sync.reason === undefined ? {} : { why: sync.reason };
  if (sync.state === "failed") return { state: "failed", words: "Not sent", ...why };
  if (uploadStatus === "uploading") return { state: "sending", words: `Sending ${percent(progress)}` };
  if (uploadStatus === "failed") return { state: "failed", words: "Lost", why: error ?? "Its bytes never arrived." };
  if (sync.state === "saved") return { state: "saved", words: "Saved here", ...why };
  if (uploadStatus === "pending") return { state: "saved", words: "Coming from another device" };
  return { state: sync.state, words: onDevice ? "Synced, and on this device" : "Synced" };
}

/** The part of the bytes that was sent. */
export function percent(progress: UploadProgress | undefined): string {
  if (!progress || progress.total === 0) return "";
  return `${Math.floor((100 * progress.loaded) / progress.total)} %`;
}

const units = ["bytes", "KB", "MB", "GB"];

/** For example "1.4 MB". Units are multiples of 1,000, as in file managers. */
export function sizeText(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
