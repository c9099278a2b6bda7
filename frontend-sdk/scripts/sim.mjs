// Runs simulations of the SDK (test/sim). It bundles them with the SDK's sources and runs them in processes of a
// hundred each, because a process with thousands of databases becomes slow. `npm run sim -- --help` lists the options.

import { fork } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { mutantPlugin } from "./mutants/plugin.mjs";

const HELP = `npm run sim -- [options]
  --seed N      the first seed (1)
  --today       the first seed is of this day (UTC), and the seeds that failed before (test/sim/failed-seeds.json) run as well
  --runs N      the number of simulations, one seed each (1). A single simulation prints its trace.
  --bail        ends after the first process with a failure
  --jobs N      the number of parallel processes (2)
  --conditions  half of the simulations have a condition: clocks that are set, slow lines, frozen tabs, older servers, guests
  --real        uses real servers instead of the model, one for each process, with retention, backups and restores.
                --real URL uses the server at that URL, without them.
  --fault NAME  switches on a known fault: the simulations should fail. A name with underscores is a fault of a real
                server that was built with the cargo feature faults.
`;
/** The number of simulations in one process. */
const CHUNK = 100;

const root = fileURLToPath(new URL("..", import.meta.url));
// Of this run alone: another one may begin before this one ends, with other sources.
const outDir = `${root}node_modules/.cache/landfall-sim/${process.pid}`;
process.on("exit", () => rmSync(outDir, { recursive: true, force: true }));
const args = process.argv.slice(2);
const number = (name, otherwise) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise);
const text = (name) => {
  const next = args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
  return next?.startsWith("--") ? undefined : next;
};

if (args.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(0);
}
await build({
  root,
  configFile: false,
  logLevel: "error",
  plugins: [mutantPlugin()],
  define: { __LANDFALL_FAULTS__: "true" },
  // Ids come from the seed.
  resolve: { alias: [{ find: /^\.\/uuid$/, replacement: `${root}test/sim/seeded-uuid.ts` }] },
  build: {
    ssr: `${root}test/sim/main.ts`,
    outDir,
    target: "node20",
    rolldownOptions: { output: { entryFileNames: "main.mjs" } },
  },
});

const [real, address] = [args.includes("--real"), text("--real")];
const started = Date.now();
const today = args.includes("--today");
const [first, count] = [number("--seed", today ? seedOfToday() : 1), number("--runs", 1)];
const jobs = number("--jobs", 2);
const size = Math.min(CHUNK, Math.ceil(count / jobs));
const chunks = Array.from({ length: Math.ceil(count / size) }, (_, index) => {
  const seed = first + index * size;
  return { seed, runs: Math.min(size, first + count - seed) };
});
if (today) {
  const again = failedSeeds();
  chunks.unshift(...again.map((seed) => ({ seed, runs: 1 })));
  const range = `seeds ${first} to ${first + count - 1}`;
  process.stdout.write(`${range} (again: --seed ${first}), and ${again.length} that failed once\n`);
}
const runs = chunks.reduce((sum, chunk) => sum + chunk.runs, 0);
let failed = 0;
await Promise.all(Array.from({ length: jobs }, work));
const seconds = Math.round((Date.now() - started) / 1000);
process.stdout.write(`simulations: ${runs - failed} passed, ${failed} failed (${seconds} s)\n`);
if (today && failed > 0)
  process.stdout.write(
    `Add the seeds that failed to test/sim/failed-seeds.json: { "seed": N, "real": ${real}, "why": "..." }\n`,
  );
process.exitCode = failed > 0 ? 1 : 0;

/** The first seed of this day (UTC). Days are 10,000 seeds apart. */
function seedOfToday() {
  return Math.floor(Date.now() / 86_400_000) * 10_000;
}

/** The seeds that failed before against the same backend. */
function failedSeeds() {
  const entries = JSON.parse(readFileSync(`${root}test/sim/failed-seeds.json`, "utf8"));
  return entries.filter((entry) => entry.real === real).map(({ seed }) => seed);
}

async function work() {
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
    // Each process has its own server, so that retention and restores affect its own data only.
    const server = real && !address ? await startServer() : null;
    // `failed += await ..` would add to the value of `failed` from before the await.
    const more = await runBatch(chunk, server);
    failed += more;
    await server?.stop();
    if (failed > 0 && args.includes("--bail")) chunks.length = 0;
  }
}

/** Resolves to the number of failures. A process that ends early has failed in all remaining seeds. */
function runBatch(chunk, server) {
  const where = { real: server?.url ?? address ?? null, dedicated: server !== null };
  const batch = {
    ...chunk,
    trace: runs === 1,
    fault: text("--fault") ?? null,
    conditions: args.includes("--conditions"),
    ...where,
  };
  return new Promise((resolve) => {
    let left = chunk.runs;
    let failures = 0;
    const child = fork(`${outDir}/main.mjs`, [JSON.stringify(batch)], { execArgv: ["--max-semi-space-size=64"] });
    child.on("message", (message) => {
      if ("command" in message) return runCommand(server, message.command, child);
      left -= 1;
      if (!message.passed) failures += 1;
    });
    child.on("exit", () => {
      if (left > 0) process.stdout.write(`seed ${chunk.seed + chunk.runs - left} and the seeds after it did not end\n`);
      resolve(failures + left);
    });
  });
}

async function startServer() {
  const { OperatedServer } = await import("../test/e2e/harness/operated-server.mjs");
  const fault = text("--fault") ?? "";
  // A simulation sends requests faster than any user.
  const settings = { LANDFALL_RATE_LIMITS: "false", ...(fault.includes("_") && { LANDFALL_FAULT: fault }) };
  return OperatedServer.start(settings);
}

/** Runs an operator's command on the server: sweep, backup or restore. */
async function runCommand(server, command, child) {
  const error = await server[command]().then(
    () => null,
    ({ message }) => message,
  );
  child.send({ error });
}
