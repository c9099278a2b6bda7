// The tests of the simulations: a seed determines a simulation, the known faults are detected, and the model server
// equals the real one.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __LANDFALL_FAULTS__: "true" },
  // Ids come from the seed.
  resolve: {
    alias: [{ find: /^\.\/uuid$/, replacement: fileURLToPath(new URL("test/sim/seeded-uuid.ts", import.meta.url)) }],
  },
  test: {
    include: ["test/sim/**/*.test.ts"],
    setupFiles: ["test/sim/setup.ts"],
    // The test files run one after the other, because each uses all cores.
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
