// The unit tests: in Node, against an IndexedDB in memory, with the network, the locks and the clock in the tests' hands.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "demo/**/*.test.ts"],
    // Dexie looks for IndexedDB when it is loaded. The databases themselves get theirs from each test's browser.
    setupFiles: ["fake-indexeddb/auto"],
    // Two workers at most: the tests share small machines with a database and a compiler.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
