// Pages that are nothing but the SDK, at `window.landfall`: the present version of an application, and one before it. Both are built from the sources.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** @typedef {"present" | "earlier"} Version */

const html = (/** @type {string} */ name) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:," />` +
  `<script type="module" src="./${name}.js"></script></html>\n`;

/** Builds the pages into a new folder, which a server can have as its frontend. */
export async function buildSdkPages() {
  const folder = await mkdtemp(join(tmpdir(), "landfall-pages-"));
  const names = /** @type {Version[]} */ (["present", "earlier"]);
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      outDir: folder,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: Object.fromEntries(
          names.map((name) => [name, fileURLToPath(new URL(`../pages/${name}.mjs`, import.meta.url))]),
        ),
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  for (const name of names) await writeFile(join(folder, `${name}.html`), html(name));
  await writeFile(join(folder, "index.html"), html("present"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The path of a page. @param {Version} version */
export const pageOf = (version) => `/${version}.html`;
