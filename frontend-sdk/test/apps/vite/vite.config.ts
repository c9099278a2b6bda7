// The service worker is built by vite-plugin-pwa. `SW_FORMAT=iife` builds it as a classic script without modules.
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const rollupFormat = process.env.SW_FORMAT === "iife" ? "iife" : undefined;

export default defineConfig({
  plugins: [
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      manifest: { name: "Vite app", icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml" }] },
      injectManifest: rollupFormat ? { rollupFormat } : {},
    }),
  ],
});
