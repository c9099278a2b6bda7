// Changes the sync core of the server in one small place after the other, builds it, and runs the tests that ought to notice. A mutant that no test notices
// survives: either a test is missing, or the change makes no difference that a test could observe. It works on a copy of the sources, so that an interrupted
// run leaves no mutant behind. `node tools/mutants-server.mjs --help` lists the options.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { help, option, runCommand, tryMutants } from "../frontend-sdk/scripts/mutants/run.mjs";
import { findMutants } from "./mutants/find.mjs";

/** The protocol, the statements that it is made of, and the functions that write messages and projects. */
const FOLDERS = ["src/sync", "src/kinds/chat", "src/kinds/projects", "src/kinds/collections/common"];
const FILES = [
  "src/models/changed.rs",
  "src/models/chat_session/mod.rs",
  "src/models/idempotency_record.rs",
  "src/models/record/preflight.rs",
  "src/models/tombstone.rs",
  "src/models/user_version.rs",
  "migrations/0003_chat/write_messages.sql",
  "migrations/0004_projects/store_project.sql",
];
const TESTS = "test(/^(sync|races|chat|projects|collections|assistants|kinds|limits)::/)";
/** A statement that PostgreSQL refuses is as little a mutant as code that does not compile. */
const INVALID = /syntax error at or near|operator does not exist|argument of \w+ must be type/;

help("node tools/mutants-server.mjs [options]\n", `  --tests FILTER  the integration tests, as a filter of nextest (${TESTS})\n`);
const copy = resolve("target/mutants/source");
const files = [...FOLDERS.flatMap(rustFilesOf), ...FILES];
const others = files.flatMap((file) => findMutants(file, readFileSync(file, "utf8")));
if (!process.argv.includes("--list")) copySources();

const NEXTEST = ["cargo", "nextest", "run", "--locked", "--all-features"];
await tryMutants({
  known: [],
  others,
  suites: [
    { by: "an integration test", run: (mutant, limitMs) => runWith(mutant, ["--test", "it"], option("--tests", TESTS), limitMs) },
    { by: "a unit test", run: (mutant, limitMs) => runWith(mutant, ["--lib"], "test(/^(sync|models|db)::/)", limitMs) },
  ],
});

function rustFilesOf(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".rs"));
  return names.map((name) => join(folder, name)).sort();
}

/** Copies what git knows, with its times, so that the next run builds only what has changed. */
function copySources() {
  const known = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  const wanted = new Set(known.split("\0").filter((file) => file && existsSync(file)));
  for (const file of wanted) {
    const to = join(copy, file);
    if (existsSync(to) && statSync(to).mtimeMs === statSync(file).mtimeMs) continue;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to, { preserveTimestamps: true });
  }
  for (const name of readdirSync(copy, { recursive: true }))
    if (/^(src|tests|migrations)\/.*\.\w+$/.test(name) && !wanted.has(name)) rmSync(join(copy, name), { recursive: true });
  const programs = "tools/postgres/node_modules";
  if (existsSync(programs) && !existsSync(join(copy, programs))) symlinkSync(resolve(programs), join(copy, programs));
}

/** Builds a target with the mutant in the code and runs the chosen tests of it. */
async function runWith(mutant, target, filter, limitMs) {
  const env = { CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? resolve("target/mutants/target"), CARGO_TERM_COLOR: "never" };
  const path = mutant && join(copy, mutant.file);
  const source = path && readFileSync(path, "utf8");
  if (path) writeFileSync(path, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
  try {
    const built = await runCommand([...NEXTEST, ...target, "--no-run"], { limitMs: Number.POSITIVE_INFINITY, cwd: copy, env });
    if (built.code !== 0 && mutant) return "invalid";
    const { code, output } = built.code === 0 ? await runCommand([...NEXTEST, "--fail-fast", ...target, "-E", filter], { limitMs, cwd: copy, env }) : built;
    if (code === 0) return "passed";
    if (!mutant) process.stdout.write(output.slice(-4_000));
    return INVALID.test(output) ? "invalid" : "failed";
  } finally {
    if (path) writeFileSync(path, source);
  }
}
