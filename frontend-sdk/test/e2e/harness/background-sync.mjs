// Fires the browser's Background Sync event, which otherwise needs a change of the network that a test can't make.

import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** The tag of the client's sync registration. */
const TAG = "landfall-outbox";

/**
 * Dispatches the sync event to the service worker of an origin, as the browser does when the network returns.
 * @param {import("playwright-core").Page} anyPage of the same browser
 * @param {string} origin
 */
export async function fireBackgroundSync(anyPage, origin) {
  const session = await anyPage.context().newCDPSession(anyPage);
  /** @type {string | undefined} */
  let registrationId;
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
    registrationId = own?.registrationId ?? registrationId;
  });
  await session.send("ServiceWorker.enable");
  await until("the service worker is registered", () => registrationId);
  assert.ok(registrationId);
  await session.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId, tag: TAG, lastChance: false });
  await session.detach();
}
