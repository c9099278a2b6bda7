// Builds the demo from the client's sources (no build of the package is needed first) into demo/dist, to be served at "/".
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { shellWorker } from "./build/shell.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.LANDFALL_ORIGIN ?? "http://localhost:8787";
// A cookie write needs an allowed Origin; behind this proxy the page counts as the server's own.
const proxied = { target: server, headers: { origin: server } };

export default defineConfig({
  root: at("."),
  base: "/",
  plugins: [react(), shellWorker(at("./sw.ts"))],
  resolve: {
    alias: [
      { find: /^@landfall\/client$/, replacement: at("../src/index.ts") },
      { find: /^@landfall\/client\/(react|sw|api|zustand)$/, replacement: at("../src/$1/index.ts") },
    ],
  },
  server: { proxy: { "/api": proxied, "/docs": proxied, "/health": proxied } },
  build: {
    outDir: at("./dist"),
    emptyOutDir: true,
    // Everything is a file of its own: the page's policy allows no inline script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
