// The page's half of Background Sync: it asks for the event.

import type { Landfall } from "../types";
import { SYNC_TAG } from "./tag";

/** The part of a registration that TypeScript's libraries don't have (Chromium only). */
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/**
 * In the page: requests a `sync` event whenever something waits that can't be sent now. Returns a function that stops it. Does nothing in browsers
 * without Background Sync.
 *
 * @example
 * enableBackgroundSync(landfall);
 */
export function enableBackgroundSync(landfall: Landfall): () => void {
  let requested = false;
  return landfall.sync.status.subscribe(({ state, pending }) => {
    const waits = pending > 0 && state === "offline";
    if (waits && !requested) void requestSync();
    requested = waits;
  });
}

async function requestSync(): Promise<void> {
  if (typeof navigator === "undefined" || !("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.ready) as ServiceWorkerRegistration & SyncRegistration;
  // The user's settings may refuse it. Then the queue runs when a tab is open.
  await registration.sync?.register(SYNC_TAG).catch(() => {});
}
