// The build of the package: one ES module per entry, shared code in chunks, types and source maps beside them.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "tsdown";

const INDEX = fileURLToPath(new URL("src/index.ts", import.meta.url));

/** The modules that a file loads at once, itself among them. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, "utf8").replace(/(?:import|export) type [^;]*;/g, "");
  for (const [, path = ""] of text.matchAll(/(?:from|import) "(\.[^"]*)"/g)) loadedWith(resolve(file, path), found);
  return found;
}

function resolve(from: string, path: string): string {
  const target = join(dirname(from), path);
  return [`${target}.ts`, join(target, "index.ts")].find((candidate) => existsSync(candidate)) ?? target;
}

/** In one chunk these stay one, whatever code on demand shares with them. */
const core = loadedWith(INDEX);
core.delete(INDEX);

/** What two parts on demand share is one chunk, so that the core names few files and a page loads few. */
const onDemand = [...core].flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(/(?<!typeof )import\("(\.[^"]*)"\)/g)].map(([, path = ""]) =>
    loadedWith(resolve(file, path)),
  ),
);
const isShared = (file: string): boolean => onDemand.filter((files) => files.has(file)).length > 1;

const common = {
  // The package contains no known faults.
  define: { __LANDFALL_FAULTS__: "false" },
  format: "esm",
  platform: "browser",
  target: "es2022",
  dts: true,
  sourcemap: true,
  fixedExtension: true,
} satisfies UserConfig;

export default defineConfig([
  {
    ...common,
    entry: {
      index: "src/index.ts",
      "react/index": "src/react/index.ts",
      "zustand/index": "src/zustand/index.ts",
      "sw/index": "src/service-worker/index.ts",
      "sw/shell": "src/service-worker/shell.ts",
      "api/index": "src/http/operations.ts",
      "adopt/index": "src/compat/adopt/index.ts",
      "assistants/index": "src/compat/assistants/index.ts",
      "files/index": "src/compat/files/index.ts",
      "observe/index": "src/observe/index.ts",
      "sealing/index": "src/sealing/index.ts",
      "transfer/index": "src/compat/transfer/index.ts",
      "compat/appframes/index": "src/compat/appframes/index.ts",
      "compat/kijko/index": "src/compat/kijko/index.ts",
      "compat/litechat/index": "src/compat/litechat/index.ts",
    },
    clean: true,
    outputOptions: {
      advancedChunks: { groups: [{ name: (id) => (core.has(id) ? "core" : isShared(id) ? "shared" : null) }] },
    },
    plugins: [
      {
        name: "worker-apart",
        resolveId: (id) => (id === "./worker" ? { id: "./worker.mjs", external: true } : null),
      },
    ],
  },
  {
    ...common,
    // A service worker can't load chunks, and bundlers that build it as a classic script can't express `import()`: all of it is one file.
    entry: { "sw/worker": "src/service-worker/worker.ts" },
    clean: false,
    outputOptions: { codeSplitting: false },
  },
]);
