// `@landfall/client/sw`: Background Sync. The browser wakes the service worker when there is a network again, even after the last tab was closed,
// and the worker runs the same queue for a moment.

import { createLandfall } from "../client";
import { OfflineError } from "../errors";
import { bundleKinds } from "../kinds/bundled";
import type { ConnectivityState, Landfall, LandfallOptions } from "../types";

/** The tag of the `sync` event. */
const SYNC_TAG = "landfall-outbox";
/** Browsers limit a `sync` event to some minutes. What is left is sent with the next one. */
const MAX_RUN_MS = 25_000;

/** The parts of Background Sync that TypeScript's libraries don't have (Chromium only). */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(work: Promise<unknown>): void;
}
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/**
 * In the service worker: sends what waits when the browser fires a `sync` event. The options must be those of the page.
 *
 * @example
 * handleBackgroundSync(self, { baseUrl: "https://api.example.org", name: "notes" });
 */
export function handleBackgroundSync(scope: EventTarget, options: LandfallOptions): void {
  scope.addEventListener("sync", (event) => {
    const { tag, waitUntil } = event as SyncEvent;
    if (tag === SYNC_TAG) waitUntil.call(event, flushQueue(options));
  });
}

/**
 * Runs the queue until nothing waits, or for 25 s. If a page is open, it leads and sends, and this only wakes it. Rejects when something still
 * waits, so that the browser tries again later. Rejects with OfflineError at once when the server can't be reached, since a page that is opened
 * meanwhile can't lead before this has ended.
 */
export async function flushQueue(options: LandfallOptions): Promise<void> {
  bundleKinds();
  const landfall = createLandfall(options);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), MAX_RUN_MS);
  const follow = ({ online }: ConnectivityState) => {
    if (!online) giveUp.abort(new OfflineError());
  };
  try {
    await landfall.start();
    if (landfall.auth.session.get().status !== "signed-in") return;
    landfall.connectivity.status.subscribe(follow);
    follow(landfall.connectivity.status.get());
    await landfall.sync.now();
    await landfall.sync.awaitInSync({ signal: giveUp.signal });
  } finally {
    clearTimeout(timer);
    await landfall.close();
  }
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
