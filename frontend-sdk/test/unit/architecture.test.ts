// The layers of the SDK, read from its imports: no file imports from a layer above its own, and no imports form a
// cycle.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));

/** From the lowest layer to the highest. Folders and files of one layer must not import each other. */
const LAYERS = [
  ["generated"],
  ["types"],
  ["errors.ts", "faults.ts", "util"],
  ["store", "http"],
  ["outbox"],
  ["connectivity", "conflicts"],
  ["sync"],
  ["auth", "guest", "kinds", "workspace.ts"],
  ["client.ts"],
  ["sealing"],
  ["observe", "react", "service-worker", "zustand", "index.ts"],
  ["compat"],
];

/** The imports of each file inside `src`, types included. */
const imports = new Map<string, string[]>();
for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
  const file = join(entry.parentPath, entry.name);
  const text = readFileSync(file, "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, specifier]) => specifier ?? "");
  imports.set(
    relative(SRC, file),
    specifiers.map((specifier) => resolve(dirname(file), specifier)),
  );
}

function resolve(folder: string, specifier: string): string {
  const path = join(folder, specifier);
  const found = [`${path}.ts`, join(path, "index.ts")].find((candidate) => readable(candidate));
  if (!found) throw new Error(`${specifier} in ${folder} leads nowhere`);
  return relative(SRC, found);
}

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

const folderOf = (file: string) => file.split("/")[0] ?? file;
const layerOf = (file: string) => LAYERS.findIndex((folders) => folders.includes(folderOf(file)));

test("every file has a layer", () => {
  expect([...imports.keys()].filter((file) => layerOf(file) < 0)).toEqual([]);
});

test("imports point to lower layers only", () => {
  const upwards = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => folderOf(target) !== folderOf(file) && layerOf(target) >= layerOf(file))
      .map((target) => `${file} -> ${target}`),
  );
  expect(upwards).toEqual([]);
});

test("a kind imports no other kind", () => {
  const across = [...imports].flatMap(([file, targets]) => {
    const [, kind, ...rest] = file.split("/");
    if (folderOf(file) !== "kinds" || rest.length === 0) return [];
    return targets
      .filter((target) => /^kinds\/.+\//.test(target) && !target.startsWith(`kinds/${kind}/`))
      .map((target) => `${file} -> ${target}`);
  });
  expect(across).toEqual([]);
});

test("no imports form a cycle", () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  // Cycles of the generated code are allowed.
  for (const file of imports.keys()) if (folderOf(file) !== "generated") visit(file, []);
  expect(cycles.filter((cycle) => !cycle.startsWith("generated/"))).toEqual([]);
});

/**
 * Loaded by pages only: events, sign-ins, a guest's claim and an application's writes have no use in a worker, which runs the queue once. Without an initial
 * snapshot the worker pulls.
 */
const PAGES_ONLY = [
  ...["http/event-stream.ts", "guest/claims.ts", "auth/on-demand.ts", "kinds/edits.ts"],
  "sync/initial-snapshot.ts",
];

test("a service worker, where import() rejects, loads nothing on demand", () => {
  const textOf = (file: string) => readFileSync(join(SRC, file), "utf8").replace(/import type [^;]*;/g, "");
  const targets = (file: string, pattern: RegExp) =>
    [...textOf(file).matchAll(pattern)].map(([, specifier]) => resolve(dirname(join(SRC, file)), specifier ?? ""));
  const bundled = new Set(["service-worker/index.ts"]);
  for (const file of bundled) for (const target of targets(file, /(?:from|import) "(\.[^"]*)"/g)) bundled.add(target);
  const onDemand = [...bundled].flatMap((file) => targets(file, /(?<!typeof )import\("(\.[^"]*)"\)/g));
  expect(onDemand.length).toBeGreaterThan(0);
  expect(onDemand.filter((target) => !bundled.has(target) && !PAGES_ONLY.includes(target))).toEqual([]);
});
