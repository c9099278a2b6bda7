// The unit tests. They run in Node with an IndexedDB in memory and with a fake network, locks and clock.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "demo/**/*.test.ts"],
    // Dexie needs an IndexedDB when it is loaded. Each test's browser has its own.
    setupFiles: ["fake-indexeddb/auto"],
    // At most two workers, because the tests share small machines with a database and a compiler.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
