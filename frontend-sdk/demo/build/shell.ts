// The Vite plugin that builds the service worker after the app. It lists all files of the built app, hashes them into a
// version, and bundles sw.ts with that list as one classic script at /sw.js.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { build, type Plugin, type ResolvedConfig } from "vite";

/** The value of `__SHELL__` in the worker. `files` are URL paths. "/" is the page. */
export type Shell = { version: string; files: string[] };

/** `entry` is the absolute path of the worker's source. */
export function shellWorker(entry: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: "landfall:shell-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const { outDir } = config.build;
      const shell = await listShell(outDir);
      await build({
        configFile: false,
        root: config.root,
        publicDir: false,
        logLevel: "warn",
        resolve: { alias: [...config.resolve.alias] },
        // Vite's helper for dynamic imports uses both. A classic script has neither, and this one imports nothing
        // dynamically.
        define: {
          __SHELL__: JSON.stringify(shell),
          "import.meta.resolve": "undefined",
          "import.meta.url": "self.location.href",
        },
        build: {
          outDir,
          emptyOutDir: false,
          rolldownOptions: { input: entry, output: { format: "iife", entryFileNames: "sw.js" } },
        },
      });
    },
  };
}

async function listShell(outDir: string): Promise<Shell> {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== "sw.js")
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256");
  const files: string[] = [];
  for (const path of paths) {
    const url = `/${relative(outDir, path).split(sep).join("/")}`;
    files.push(url === "/index.html" ? "/" : url);
    hash.update(url).update(await readFile(path));
  }
  return { version: hash.digest("hex").slice(0, 16), files };
}
