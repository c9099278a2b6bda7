// The settings of the code generator: its input document and its output files.

import { defineConfig } from "@hey-api/openapi-ts";
import { indexedDbTables } from "./plugin";

export default defineConfig({
  input: process.env.LANDFALL_OPENAPI ?? "../openapi/openapi.json",
  output: { path: "src/generated", header: null },
  logs: { file: false },
  plugins: [
    "@hey-api/typescript",
    // Every call names its client, so that two instances on one page share nothing.
    { name: "@hey-api/sdk", client: false },
    "@hey-api/client-fetch",
    indexedDbTables(),
  ],
});
