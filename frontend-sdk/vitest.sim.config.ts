// Tests of the simulations themselves: that a seed is the whole of one, that they find what they are for, and that the model server answers
// as the real one does.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __LANDFALL_PLANTED__: "true" },
  // Ids must come from the seed.
  resolve: { alias: { uuid: fileURLToPath(new URL("test/sim/seeded-uuid.ts", import.meta.url)) } },
  test: {
    include: ["test/sim/**/*.test.ts"],
    setupFiles: ["test/sim/setup.ts"],
    // One after the other: each uses what there is.
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
