// Polling: a test names a condition and polls until it holds. No other file of the suite uses a timer.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** The default timeout. It is longer than the client's first four retries (1 + 2 + 4 + 8 s) and shorter than a test's timeout. */
const TIMEOUT_MS = 45_000;
const POLL_INTERVAL_MS = 40;

/**
 * Polls `read` until its result is truthy, and returns the result.
 * @template T
 * @param {string} what the condition, for the error: "the server is ready"
 * @param {() => T | Promise<T>} read
 * @returns {Promise<T>}
 */
export async function until(what, read, timeoutMs = TIMEOUT_MS) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const result = await read();
    if (result) return result;
    assert.ok(Date.now() < end, `not within ${timeoutMs / 1000} s: ${what}`);
    await pause(POLL_INTERVAL_MS);
  }
}

/**
 * Polls `read` until its result equals `expected`. The error shows the last result.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} read
 * @param {T} expected
 */
export async function untilEqual(what, read, expected, timeoutMs = TIMEOUT_MS) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const result = await read();
    if (isDeepStrictEqual(result, expected)) return;
    if (Date.now() >= end) assert.deepEqual(result, expected, `not within ${timeoutMs / 1000} s: ${what}`);
    await pause(POLL_INTERVAL_MS);
  }
}
