// A script of an application, built from the sources, for a page that has nothing else.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** @param {string} file in this folder @param {Record<string, string>} [define] code in the place of names */
export async function buildScript(file, define = {}) {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    define,
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL(file, import.meta.url)), formats: ["iife"], name: "page" },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  assert.ok(first && "output" in first);
  return first.output[0].code;
}

/** Opens a page of the server's origin with the script. @param {import("./browser.mjs").Device} device @param {string} url @param {string} script */
export async function openScript(device, url, script) {
  const page = await device.context.newPage();
  await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  await page.goto(`${url}/icon.svg`);
  await page.evaluate(script);
  return page;
}

/** Runs code in the page. @template T @param {import("playwright-core").Page} page @param {string} code @returns {Promise<T>} */
export const run = (page, code) => page.evaluate(`(async () => { ${code} })()`);
