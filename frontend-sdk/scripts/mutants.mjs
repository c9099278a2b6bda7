// Changes the sync core in one small place after the other, and runs the tests that ought to notice. A mutant that no test notices survives: either a test
// is missing, or the change makes no difference that a test could observe. `npm run mutants -- --help` lists the options.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findMutants } from "./mutants/find.mjs";

const HELP = `npm run mutants -- [options]
  --minutes N   ends after the mutant that runs then (MUTANT_MINUTES, or 60)
  --seed N      the order of the mutants (the day)
  --only TEXT   mutants whose file or id has this text
  --sims N      the number of simulations for each mutant that the unit tests let pass (60); 0: none
  --known       only the mutants of scripts/mutants/known.json, which must not survive
  --list        prints the mutants and runs nothing
`;
/** The folders of the sync core. */
const FOLDERS = ["sync", "outbox", "conflicts", "store", "guest"];
/** What shows nothing but itself: schemas, types of errors, views of the state. */
const WITHOUT = ["store/schema.ts", "store/tables.ts", "sync/explain.ts", "sync/status.ts", "sync/api.ts"];
/** A mutant that waits forever is noticed by the time that it takes. */
const [UNIT_LIMIT_MS, SIM_LIMIT_MS] = [240_000, 300_000];

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const value = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const print = (line) => process.stdout.write(`${line}\n`);

if (args.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(0);
}
const minutes = Number(value("--minutes", process.env.MUTANT_MINUTES ?? "60"));
const sims = Number(value("--sims", "60"));
const chosen = choose();
if (args.includes("--list")) {
  for (const mutant of chosen) print(titleOf(mutant));
  process.exit(0);
}
const end = Date.now() + minutes * 60_000;
const survivors = [];
let tried = 0;
print(`${chosen.length} mutants; at most ${minutes} minutes`);
for (const mutant of chosen) {
  if (Date.now() > end) break;
  const began = Date.now();
  const by = await killerOf(mutant);
  tried += 1;
  const seconds = Math.round((Date.now() - began) / 1000);
  if (!by) survivors.push(mutant);
  print(`${by ? `killed by ${by}` : "SURVIVES"}  ${titleOf(mutant)} (${seconds} s)`);
}
print(`\nSurvivors:${survivors.length === 0 ? " none" : ""}`);
for (const mutant of survivors) print(`  ${titleOf(mutant)}\n      ${mutant.code}`);
print(`\nmutants: ${tried - survivors.length} killed, ${survivors.length} survive, ${chosen.length - tried} not tried`);
// A mutant may survive where it makes no difference that a test could observe. The known ones must not.
process.exitCode = survivors.some(({ name }) => name) ? 1 : 0;

/** The mutants in the order in which they are tried: the known ones first. */
function choose() {
  const known = JSON.parse(readFileSync(`${root}scripts/mutants/known.json`, "utf8")).map(readKnown);
  const seed = Number(value("--seed", String(Math.floor(Date.now() / 86_400_000))));
  const others = args.includes("--known") ? [] : shuffled(coreFiles().flatMap(mutantsOf), seed);
  const only = value("--only", "");
  return [...known, ...others].filter((mutant) => titleOf(mutant).includes(only));
}

function coreFiles() {
  const files = FOLDERS.flatMap((folder) => readdirSync(`${root}src/${folder}`).map((name) => `${folder}/${name}`));
  return files.filter((file) => file.endsWith(".ts") && !WITHOUT.includes(file)).map((file) => `src/${file}`);
}

function mutantsOf(file) {
  return findMutants(file, readFileSync(root + file, "utf8"));
}

/** A known mutant replaces the only place with the text `from` by `to`. */
function readKnown({ name, file, from, to }) {
  const source = readFileSync(root + file, "utf8");
  const start = source.indexOf(from);
  if (start < 0 || source.indexOf(from, start + 1) >= 0) throw new Error(`${file} must have this once: ${from}`);
  const line = source.slice(0, start).split("\n").length;
  return { id: "known", name, file, line, start, end: start + from.length, text: to, what: name, code: from };
}

function titleOf({ id, file, line, what }) {
  return `${id} ${file}:${line} ${what}`;
}

/** Which tests notice the mutant; `null` for none. */
async function killerOf(mutant) {
  const vitest = ["npx", "vitest", "run", "--bail=1", "--silent", "--config", "scripts/mutants/vitest.config.mjs"];
  if (await fails(vitest, mutant, UNIT_LIMIT_MS)) return "a unit test";
  const simulations = ["node", "scripts/sim.mjs", "--runs", String(sims), "--seed", "1", "--conditions", "--bail"];
  if (sims > 0 && (await fails(simulations, mutant, SIM_LIMIT_MS))) return "a simulation";
  return null;
}

/** Whether the command fails, or does not end in time. */
function fails([program, ...rest], { file, start, end: stop, text }, limitMs) {
  return new Promise((resolve) => {
    const env = { ...process.env, SDK_MUTANT: JSON.stringify({ file, start, end: stop, text }) };
    const child = spawn(program, rest, { cwd: root, env, stdio: "ignore", detached: true });
    // The whole group, since test runners have workers.
    const limit = setTimeout(() => process.kill(-child.pid, "SIGKILL"), limitMs);
    child.on("exit", (code) => {
      clearTimeout(limit);
      resolve(code !== 0);
    });
  });
}

/** In an order that the seed determines (Fisher-Yates with a linear congruential generator). */
function shuffled(list, seed) {
  let state = seed >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = next(index + 1);
    [list[index], list[other]] = [list[other], list[index]];
  }
  return list;
}
