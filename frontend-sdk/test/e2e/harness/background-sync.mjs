// The browser's Background Sync, fired by hand: a real browser waits for a change of the network that a test can't make.
// It knows the service worker's registration and nothing of what the worker does.

import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** The name under which the client asks to be woken (`src/sw`). */
const TAG = "landfall-outbox";

/**
 * Wakes the service worker of an origin as the browser does when there is a network again.
 * @param {import("playwright-core").Page} anyPage of the same browser
 * @param {string} origin
 */
export async function fireBackgroundSync(anyPage, origin) {
  const line = await anyPage.context().newCDPSession(anyPage);
  /** @type {string | undefined} */
  let registrationId;
  line.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
    registrationId = ours?.registrationId ?? registrationId;
  });
  await line.send("ServiceWorker.enable");
  await until("the service worker is registered", () => registrationId);
  assert.ok(registrationId);
  await line.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId, tag: TAG, lastChance: false });
  await line.detach();
}
