// The settings of the code generator: which document is read and what is written.
// It knows nothing of the runtime that uses the result.

import { defineConfig } from "@hey-api/openapi-ts";
import { indexedDbTables } from "./plugin";

export default defineConfig({
  input: process.env.LANDFALL_OPENAPI ?? "../openapi/openapi.json",
  output: { path: "src/generated", header: null },
  logs: { file: false },
  plugins: [
    "@hey-api/typescript",
    // No singleton: every call names its client, so that two instances on one page never share one.
    { name: "@hey-api/sdk", client: false },
    "@hey-api/client-fetch",
    indexedDbTables(),
  ],
});
