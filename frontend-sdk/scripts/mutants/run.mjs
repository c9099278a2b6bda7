// What the mutation runs of the SDK (scripts/mutants.mjs) and of the server (tools/mutants-server.mjs) share: the options, the order, the limits of time,
// and the report.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const OPTIONS = `  --minutes N   ends after the mutant that runs then (MUTANT_MINUTES, or 60)
  --seed N      the order of the mutants (the day)
  --only TEXT   mutants whose file or id has this text
  --known       only the known mutants, which must not survive
  --list        prints the mutants and runs nothing
`;
/** A mutant that waits forever is noticed by its time: so many times what the tests need without a mutant. */
const [PATIENCE, SHORTEST_LIMIT_MS] = [4, 240_000];

const args = process.argv.slice(2);
const print = (line) => process.stdout.write(`${line}\n`);

/** The value of an option. */
export const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);

/** Prints the help, with the options of this script only, and ends the process where it was asked for. */
export function help(usage, own = "") {
  if (!args.includes("--help")) return;
  process.stdout.write(usage + OPTIONS + own);
  process.exit(0);
}

/**
 * The known mutants, which must not survive: each replaces the only place of a file with the text `from` by `to`. `root` is the folder of the files.
 */
export function readKnown(path, root) {
  return JSON.parse(readFileSync(path, "utf8")).map(({ name, file, from, to }) => {
    const source = readFileSync(root + file, "utf8");
    const start = source.indexOf(from);
    if (start < 0 || source.indexOf(from, start + 1) >= 0) throw new Error(`${file} must have this once: ${from}`);
    const line = source.slice(0, start).split("\n").length;
    return { id: "known", name, file, line, start, end: start + from.length, text: to, what: name, code: from };
  });
}

/** The mutants of a file with their ids. An id stays the same while the changed part and the ones like it stay. */
export function withIds(file, found) {
  return found.map((mutant, index) => {
    const twin = found.slice(0, index).filter(({ code, what }) => code === mutant.code && what === mutant.what).length;
    const key = [file, mutant.code, mutant.what, twin].join("\n");
    return { id: createHash("sha256").update(key).digest("hex").slice(0, 8), ...mutant };
  });
}

/**
 * Tries the known mutants, and then the others in an order that the seed determines. `suites` are tried one after the other until one notices the mutant:
 * `by` names the suite, `run(mutant, limitMs)` resolves to "passed", "failed" or "invalid" (the mutant does not compile). Each suite must pass without a
 * mutant (`run(null, ..)`, which prints what fails). That also tells how long it may take with one.
 */
export async function tryMutants({ known, others, suites }) {
  const seed = Number(option("--seed", String(Math.floor(Date.now() / 86_400_000))));
  const all = [...known, ...(args.includes("--known") ? [] : shuffled(others, seed))];
  const chosen = all.filter((mutant) => titleOf(mutant).includes(option("--only", "")));
  if (args.includes("--list")) return chosen.forEach((mutant) => void print(titleOf(mutant)));
  const minutes = Number(option("--minutes", process.env.MUTANT_MINUTES ?? "60"));
  const end = Date.now() + minutes * 60_000;
  print(`${chosen.length} mutants; at most ${minutes} minutes`);
  const limits = new Map();
  for (const suite of suites) limits.set(suite, await limitOf(suite));
  const counts = { killed: 0, invalid: 0 };
  const survivors = [];
  for (const mutant of chosen) {
    if (Date.now() > end) break;
    const began = Date.now();
    const fate = await fateOf(mutant, suites, limits);
    const seconds = Math.round((Date.now() - began) / 1000);
    if (fate === "SURVIVES") survivors.push(mutant);
    else counts[fate === "invalid" ? "invalid" : "killed"] += 1;
    print(`${fate}  ${titleOf(mutant)} (${seconds} s)`);
  }
  report(chosen, survivors, counts);
}

/** The time that the suite may take with a mutant. */
async function limitOf({ by, run }) {
  const began = Date.now();
  const result = await run(null, Number.POSITIVE_INFINITY);
  if (result !== "passed") throw new Error(`Without a mutant, this fails already: ${by}.`);
  return Math.max(SHORTEST_LIMIT_MS, PATIENCE * (Date.now() - began));
}

async function fateOf(mutant, suites, limits) {
  for (const suite of suites) {
    const result = await suite.run(mutant, limits.get(suite));
    if (result === "invalid") return "invalid";
    if (result === "failed") return `killed by ${suite.by}`;
  }
  return "SURVIVES";
}

function report(chosen, survivors, { killed, invalid }) {
  print(`\nSurvivors:${survivors.length === 0 ? " none" : ""}`);
  for (const mutant of survivors) print(`  ${titleOf(mutant)}\n      ${mutant.code}`);
  const left = chosen.length - survivors.length - killed - invalid;
  print(`\nmutants: ${killed} killed, ${survivors.length} survive, ${invalid} invalid, ${left} not tried`);
  // A mutant may survive where it makes no difference that a test could observe. The known ones must not.
  process.exitCode = survivors.some(({ name }) => name) ? 1 : 0;
}

function titleOf({ id, file, line, what }) {
  return `${id} ${file}:${line} ${what}`;
}

/** Runs a command; its exit code and what it printed. It is ended after the limit, and its exit code is `null` then. */
export function runCommand([program, ...rest], { limitMs, cwd, env }) {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true };
    const child = spawn(program, rest, options);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    // The whole group, since test runners have workers.
    const kill = () => process.kill(-child.pid, "SIGKILL");
    const limit = Number.isFinite(limitMs) ? setTimeout(kill, limitMs) : undefined;
    child.on("exit", (code) => {
      clearTimeout(limit);
      // A process that outlives the command may hold its output open.
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve({ code, output });
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
