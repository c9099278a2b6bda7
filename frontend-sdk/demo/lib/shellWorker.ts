// Registers the service worker that caches the shell (page, scripts, styles, icons) for offline reloads, and enables
// background sync. The app's data is in IndexedDB and belongs to the client.
import type { Landfall } from "@landfall/client";
import { enableBackgroundSync } from "@landfall/client/sw";

/** Does nothing in development, where there is no built shell, and in browsers without service workers. */
export function registerShellWorker(landfall: Landfall): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Without the worker only offline reloads are missing, so the app continues.
  navigator.serviceWorker.register("/sw.js").catch((error: unknown) => {
    console.warn("The app won't open without a network: its service worker could not be registered.", error);
  });
  enableBackgroundSync(landfall);
}
