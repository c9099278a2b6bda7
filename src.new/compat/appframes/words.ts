// The state of sync in AppFrames' words. Pure.

import type { AuthState, SyncStatus } from "../../types";

/** "idle": nobody is signed in, or sync is paused. "error": something could not be sent, or the user must choose or sign in again. */
export type SyncWord = "idle" | "syncing" | "synced" | "error" | "offline";

const WORDS: Readonly<Record<SyncStatus["state"], SyncWord>> = {
  synced: "synced",
  receiving: "syncing",
  sending: "syncing",
  saved: "syncing",
  offline: "offline",
  paused: "idle",
  failed: "error",
  conflicts: "error",
};

export function syncWordOf(
  { state, online }: Pick<SyncStatus, "state" | "online">,
  { status, expired }: Pick<AuthState, "status" | "expired">,
): SyncWord {
  if (status !== "signed-in") return online ? "idle" : "offline";
  return expired ? "error" : WORDS[state];
}
