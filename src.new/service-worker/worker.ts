// The worker's half of Background Sync. The browser wakes the service worker when there is a network again, even after the last tab was closed, and the
// worker runs the same queue for a moment.

import { createLandfall } from "../client";
import { OfflineError } from "../errors";
import { bundleKinds } from "../kinds/bundled";
import * as leader from "../sync/leader";
import { leaderCode } from "../sync/leader-on-demand";
import type { ConnectivityState, LandfallOptions } from "../types";
import { SYNC_TAG } from "./tag";

/** Browsers limit a `sync` event to some minutes. What is left is sent with the next one. */
const MAX_RUN_MS = 25_000;

/** The event of Background Sync, which TypeScript's libraries don't have (Chromium only). */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(work: Promise<unknown>): void;
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
  leaderCode.provide(leader);
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
    await landfall.sync.now();
    await landfall.sync.awaitInSync({ signal: giveUp.signal });
  } finally {
    clearTimeout(timer);
    await landfall.close();
  }
}
