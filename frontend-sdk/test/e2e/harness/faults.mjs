// Failures of a server and of a browser, for one device: answers of 500, and a browser without room.

import assert from "node:assert/strict";

const TEXT = "Failed to load resource: the server responded with a status of 500";

/**
 * Answers requests with 500 until `end`: in turn one that doesn't reach the server, and one that the server has handled, whose answer is lost.
 * @param {import("./browser.mjs").Device} device
 * @param {{ path: RegExp, only?: (body: string) => boolean, isHandled?: (number: number) => boolean }} which requests, by the end of their address and by
 *   their body; `isHandled`: whether the server gets the request of this number, from 0
 */
export async function failRequests(device, { path, only = () => true, isHandled = (number) => number % 2 === 1 }) {
  const { expected } = device;
  device.expected = new RegExp(`${expected.source}|^${TEXT} `);
  const failed = { times: /** @type {number[]} */ ([]), handled: 0 };
  await device.context.route(path, async (route) => {
    if (!only(route.request().postData() ?? "")) return route.continue();
    const number = failed.times.length;
    failed.times.push(Date.now());
    if (isHandled(number)) {
      await route.fetch();
      failed.handled += 1;
    }
    const { pathname } = new URL(route.request().url());
    const problem = { type: "about:blank", title: "Internal error", status: 500, code: "internal", instance: pathname };
    const body = JSON.stringify({ ...problem, detail: "The server has failed. Try again later.", requestId: "test" });
    await route.fulfill({ status: 500, contentType: "application/problem+json", body });
  });
  return {
    /** When each failed, in milliseconds. */
    times: failed.times,
    /** Whether one was lost on its way, and the answer of one on its way back. */
    hasBoth: () => failed.handled > 0 && failed.times.length > failed.handled,
    end: () => device.context.unroute(path),
  };
}

/** Bytes that the browser gives an origin. It grants small writes from what it has last found to be left, and asks again for one that is larger. */
const ROOM = 20_000_000;

/**
 * Limits the room that the browser gives a page's origin. Call it before the origin has stored anything.
 * @param {import("./browser.mjs").Device} device @param {string} url
 */
export async function limitBrowser(device, url) {
  const [page = await device.context.newPage()] = device.context.pages();
  // The limit is of a page of the origin. This one stores nothing.
  await page.goto(new URL("/health/ready", url).href);
  const session = await device.context.newCDPSession(page);
  const { origin } = new URL(url);
  const limit = (/** @type {number | undefined} */ quotaSize) =>
    session.send("Storage.overrideQuotaForOrigin", { origin, ...(quotaSize && { quotaSize }) });
  await limit(ROOM);
  return {
    /** From now on the browser refuses every write. What is stored stays. @param {import("playwright-core").Page} page of the origin */
    async fill(page) {
      await limit(1);
      assert.equal(await page.evaluate(writeBytes, ROOM), "QuotaExceededError");
    },
    free: () => limit(undefined),
  };
}

/** Runs in the page: writes bytes into a database of its own. Gives the name of the error, or "". @param {number} bytes */
function writeBytes(bytes) {
  return new Promise((resolve) => {
    const request = indexedDB.open("of-another-application", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("bytes");
    request.onerror = () => resolve(request.error?.name ?? "");
    request.onsuccess = () => {
      // The browser compresses what repeats.
      const noise = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
      const transaction = request.result.transaction("bytes", "readwrite");
      transaction.objectStore("bytes").put(noise, 1);
      const end = () => {
        request.result.close();
        resolve(transaction.error?.name ?? "");
      };
      Object.assign(transaction, { oncomplete: end, onabort: end });
    };
  });
}
