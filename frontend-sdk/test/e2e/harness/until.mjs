// Waiting by looking: a test says what it expects to see, and looks until it is there. The only place of the suite with a timer.
// It knows nothing of what is looked at.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** Longer than any retry of the client's first few (1 + 2 + 4 + 8 s), shorter than a test's own timeout. */
const PATIENCE_MS = 25_000;
const LOOK_EVERY_MS = 40;

/**
 * Looks until there is something true, and gives it back.
 * @template T
 * @param {string} what for the error: "the server is ready"
 * @param {() => T | Promise<T>} look
 * @returns {Promise<T>}
 */
export async function until(what, look, patienceMs = PATIENCE_MS) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(Date.now() < end, `not within ${patienceMs / 1000} s: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Looks until what is seen equals `expected`; the error shows the last look.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} look
 * @param {T} expected
 */
export async function untilEqual(what, look, expected, patienceMs = PATIENCE_MS) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() >= end) assert.deepEqual(seen, expected, `not within ${patienceMs / 1000} s: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
