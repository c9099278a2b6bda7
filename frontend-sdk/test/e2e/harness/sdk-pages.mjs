// Pages that are nothing but the SDK, at `window.landfall`: the present version of an application, and one before it. Both are built from the sources.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { TestEnvironment } from "./test-environment.mjs";

/** @typedef {"present" | "earlier"} Version */

const html = (/** @type {string} */ name) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:," />` +
  `<script type="module" src="./${name}.js"></script></html>\n`;

/** Builds the pages into a new folder, which a server can have as its frontend. */
async function buildSdkPages() {
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

/** An environment whose server serves the pages, for all tests of a file. */
export function useSdkPages() {
  const env = new TestEnvironment();
  /** @type {Awaited<ReturnType<typeof buildSdkPages>>} */
  let pages;
  before(async () => {
    pages = await buildSdkPages();
    await env.start({ LANDFALL_FRONTEND: pages.folder });
  });
  after(async () => {
    await env.stop();
    await pages?.remove();
  });
  return env;
}

/** The path of a page. @param {Version} version */
export const pageOf = (version) => `/${version}.html`;

/** Runs in a page: whether the client has started. */
export const hasStarted = () => /** @type {any} */ (window).started?.then(() => true);

/** Runs in a page. @param {string} email */
export const signIn = async (email) => {
  await /** @type {any} */ (window).landfall.auth.devSignIn({ email });
};

/** Runs in a page. @returns {Promise<string[]>} */
export const tags = async () =>
  (await /** @type {any} */ (window).landfall.collections.tags.list()).map((/** @type {any} */ { id }) => id).sort();

/** Runs in a page. */
export const status = () => {
  const { state, pending, failed } = /** @type {any} */ (window).landfall.sync.status.get();
  return { state, pending, failed };
};

/** Runs in a page. @param {boolean} offline */
export const goOffline = (offline) => /** @type {any} */ (window).landfall.connectivity.simulateOffline(offline);
