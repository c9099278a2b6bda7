// Tests that take the place of thousands: the model server, which simulations play against, compared with the real one.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/sim/**/*.test.ts"],
    setupFiles: ["fake-indexeddb/auto"],
    // One after the other: each uses what there is.
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
