// Registers the service worker that keeps the shell (page, scripts, styles, icons) for a reload with no network, and lets
// the browser wake it when something waits. The app's data is not its business: that is in IndexedDB, and the client owns it.
import type { Landfall } from "@landfall/client";
import { enableBackgroundSync } from "@landfall/client/sw";

/** Does nothing in development, where there is no built shell, and in browsers without service workers. */
export function registerShellWorker(landfall: Landfall): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // No shell worker costs the reload without a network and nothing else, so the app goes on without.
  navigator.serviceWorker.register("/sw.js").catch((error: unknown) => {
    console.warn("The app won't open without a network: its service worker could not be registered.", error);
  });
  enableBackgroundSync(landfall);
}
