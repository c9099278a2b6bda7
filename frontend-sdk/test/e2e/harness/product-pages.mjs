// The pages of AppFrames and Kijko as a server's frontend, built from the sources with React's checks of development.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { noisyPng } from "./pictures.mjs";

const PAGES = /** @type {const} */ (["react", "kijko"]);

export const PICTURE = noisyPng(340, 3);

/** A file in the page, as an expression. @param {string} name */
export const picture = (name) =>
  `new File([Uint8Array.from(atob("${PICTURE.toString("base64")}"), (c) => c.charCodeAt(0))], "${name}", { type: "image/png" })`;

/** Builds the pages into a new folder. */
export async function buildProductPages() {
  const folder = await mkdtemp(join(tmpdir(), "landfall-products-"));
  const entry = (/** @type {string} */ name) => fileURLToPath(new URL(`${name}-page.mjs`, import.meta.url));
  await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"development"' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: Object.fromEntries(PAGES.map((name) => [name, entry(name)])),
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  for (const name of [...PAGES, "index"])
    await writeFile(
      join(folder, `${name}.html`),
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:," />` +
        `<div id="root"></div><script type="module" src="./${name}.js"></script></html>\n`,
    );
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Opens a page in a new tab. @param {import("./browser.mjs").Device} device @param {string} url @param {typeof PAGES[number]} name */
export async function openProduct(device, url, name) {
  const page = await device.context.newPage();
  await page.goto(`${url}/${name}.html`);
  await page.waitForFunction(() => "landfall" in window || "app" in window);
  return page;
}
