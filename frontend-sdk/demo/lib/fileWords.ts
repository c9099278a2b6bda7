// The words for where a file is: honest about which device has it and what it waits for.
import type { AssetRow, RowSyncState, UploadProgress } from "@landfall/client";

/** How a file stands: the sign, a few words, and a sentence where something is the matter. */
export type FileStanding = { state: RowSyncState; words: string; why?: string };

export function standingOfFile(
  { uploadStatus, sync, onDevice, localOnly, error }: AssetRow,
  progress: UploadProgress | undefined,
): FileStanding {
  if (localOnly) return { state: "saved", words: "Stays on this device" };
  const why = sync.reason === undefined ? {} : { why: sync.reason };
  if (sync.state === "failed") return { state: "failed", words: "Not sent", ...why };
  if (uploadStatus === "uploading") return { state: "sending", words: `Sending ${percent(progress)}` };
  if (uploadStatus === "failed") return { state: "failed", words: "Lost", why: error ?? "Its bytes never arrived." };
  if (sync.state === "saved") return { state: "saved", words: "Saved here", ...why };
  if (uploadStatus === "pending") return { state: "saved", words: "Coming from another device" };
  return { state: sync.state, words: onDevice ? "Synced, and on this device" : "Synced" };
}

/** Of what is known to have left. */
export function percent(progress: UploadProgress | undefined): string {
  if (!progress || progress.total === 0) return "";
  return `${Math.floor((100 * progress.loaded) / progress.total)} %`;
}

const units = ["bytes", "KB", "MB", "GB"];

/** "1.4 MB": in steps of 1,000, as file managers count. */
export function sizeWords(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
