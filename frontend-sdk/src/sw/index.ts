// `@landfall/client/sw`: Background Sync. The browser wakes the service worker when there is a network again, even after the last tab was
// closed, and the worker lets the same queue run for a moment. It has no queue of its own.

import { createLandfall } from "../client";
import { OfflineError } from "../errors";
import type { ConnectivityState, Landfall, LandfallOptions } from "../types";

/** The name under which the browser keeps our wish to be woken. */
const SYNC_TAG = "landfall-outbox";
/** Browsers give a `sync` event some minutes at most; what is left then goes with the next one. */
const MAX_RUN_MS = 25_000;

/** The parts of Background Sync that TypeScript's libraries don't have (Chromium only). */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(work: Promise<unknown>): void;
}
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** In the service worker: sends what waits when the browser says that it may. Use the same options as in the page. */
export function handleBackgroundSync(scope: EventTarget, options: LandfallOptions): void {
  scope.addEventListener("sync", (event) => {
    const { tag, waitUntil } = event as SyncEvent;
    if (tag === SYNC_TAG) waitUntil.call(event, flushQueue(options));
  });
}

/**
 * Runs the queue until nothing waits, or for 25 s. A page that is open leads and does the sending; then this only pokes it. Rejects when
 * something is still waiting, so that the browser tries again later; without the server at once, since a page that is opened meanwhile
 * can't lead before this has ended, and hears of the network sooner.
 */
export async function flushQueue(options: LandfallOptions): Promise<void> {
  const landfall = createLandfall(options);
  const giveUp = new AbortController();
  const tooLong = setTimeout(() => giveUp.abort(), MAX_RUN_MS);
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
    clearTimeout(tooLong);
    await landfall.close();
  }
}

/** In the page: asks the browser for a `sync` event whenever something waits that can't be sent now. Returns the way to stop. Does nothing where there is no Background Sync. */
export function enableBackgroundSync(landfall: Landfall): () => void {
  let asked = false;
  return landfall.sync.status.subscribe(({ state, pending }) => {
    const waits = pending > 0 && state === "offline";
    if (waits && !asked) void askForSync();
    asked = waits;
  });
}

async function askForSync(): Promise<void> {
  if (typeof navigator === "undefined" || !("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.ready) as ServiceWorkerRegistration & SyncRegistration;
  // Refused by the user's settings: then the queue runs when a tab is open.
  await registration.sync?.register(SYNC_TAG).catch(() => {});
}
