// How the package is built: one ES module per entry, shared code in chunks, types beside them.

import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "react/index": "src/react/index.ts",
    "zustand/index": "src/zustand/index.ts",
    "sw/index": "src/sw/index.ts",
    "api/index": "src/api/index.ts",
    "files/index": "src/assets/facades/index.ts",
  },
  // Faults that tests put in on purpose are no part of the package.
  define: { __LANDFALL_PLANTED__: "false" },
  format: "esm",
  platform: "browser",
  target: "es2022",
  dts: true,
  clean: true,
  fixedExtension: true,
});
