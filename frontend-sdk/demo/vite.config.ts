// Builds the demo from the client's sources into demo/dist, to be served at "/". The package need not be built first.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { shellWorker } from "./build/shell.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.LANDFALL_ORIGIN ?? "http://localhost:8787";
// A write with a cookie needs an allowed Origin. Behind this proxy the page has the server's origin.
const proxied = { target: server, headers: { origin: server } };

export default defineConfig({
  root: at("."),
  base: "/",
  plugins: [react(), shellWorker(at("./sw.ts"))],
  resolve: {
    alias: [
      { find: /^@landfall\/client$/, replacement: at("../src/index.ts") },
      { find: /^@landfall\/client\/(react|zustand)$/, replacement: at("../src/$1/index.ts") },
      { find: "@landfall/client/assistants", replacement: at("../src/compat/assistants/index.ts") },
      { find: "@landfall/client/sw", replacement: at("../src/service-worker/index.ts") },
      { find: "@landfall/client/api", replacement: at("../src/http/operations.ts") },
    ],
  },
  server: { proxy: { "/api": proxied, "/docs": proxied, "/health": proxied } },
  build: {
    outDir: at("./dist"),
    emptyOutDir: true,
    // Every script and style is a file, because the page's content policy allows none inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
