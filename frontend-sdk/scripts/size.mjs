// Measures the download size of the core with Dexie: the built package, bundled and minified as an app would, gzipped.
// It fails above the limit.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** The limit for `@landfall/client` with everything that it imports, Dexie (30 KiB) included. */
const LIMIT_KIB = 48;

const entry = fileURLToPath(new URL("../dist/index.mjs", import.meta.url));
const [output] = [
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      // Library mode would keep the white space of ES modules.
      rolldownOptions: { input: entry, preserveEntrySignatures: "strict" },
    },
  }),
].flat();
const files = output.output.filter((file) => file.type === "chunk");
/** The chunks that are loaded at once: the entry and its static imports. */
const atOnce = new Set(files.filter((file) => file.isEntry).map((file) => file.fileName));
for (const name of atOnce)
  for (const more of files.find((file) => file.fileName === name)?.imports ?? []) atOnce.add(more);
const chunks = files.filter((file) => atOnce.has(file.fileName));
const kib = chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0) / 1024;

process.stdout.write(`core with Dexie: ${kib.toFixed(1)} KiB gzipped (limit ${LIMIT_KIB})\n`);
if (kib > LIMIT_KIB) process.exitCode = 1;
