// The build of the package: one ES module per entry, shared code in chunks, types beside them.

import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "react/index": "src/react/index.ts",
    "zustand/index": "src/zustand/index.ts",
    "sw/index": "src/service-worker/index.ts",
    "api/index": "src/http/operations.ts",
    "files/index": "src/compat/files/index.ts",
  },
  // The package contains no known faults.
  define: { __LANDFALL_FAULTS__: "false" },
  format: "esm",
  platform: "browser",
  target: "es2022",
  dts: true,
  clean: true,
  fixedExtension: true,
});
