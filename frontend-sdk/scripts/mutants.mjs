// Changes the sync core of the SDK in one small place after the other, and runs the tests that ought to notice. A mutant that no test notices survives: either
// a test is missing, or the change makes no difference that a test could observe. `npm run mutants -- --help` lists the options.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findMutants } from "./mutants/find.mjs";
import { help, option, readKnown, runCommand, tryMutants } from "./mutants/run.mjs";

/** The folders of the sync core. */
const FOLDERS = ["sync", "outbox", "conflicts", "store", "guest", "kinds"];
/** What shows nothing but itself: schemas, types of errors, views of the state. */
const WITHOUT = ["store/schema.ts", "store/tables.ts", "sync/explain.ts", "sync/status.ts", "sync/api.ts"];
const VITEST = ["npx", "vitest", "run", "--bail=1", "--silent", "--config", "scripts/mutants/vitest.config.mjs"];

const root = fileURLToPath(new URL("..", import.meta.url));

help(
  "npm run mutants -- [options]\n",
  `  --tests TEXTS the unit tests whose file has one of these texts, with commas between them (all)
  --sims N      the number of simulations for each mutant that the unit tests let pass (60); 0: none
`,
);
const tests = option("--tests", "").split(",").filter(Boolean);
const sims = option("--sims", "60");
const simulations = ["node", "scripts/sim.mjs", "--runs", sims, "--seed", "1", "--conditions", "--bail"];
await tryMutants({
  known: readKnown(`${root}scripts/mutants/known.json`, root),
  others: coreFiles().flatMap((file) => findMutants(file, readFileSync(root + file, "utf8"))),
  suites: [
    { by: "a unit test", run: (mutant, limitMs) => runWith(mutant, [...VITEST, ...tests], limitMs) },
    ...(sims === "0" ? [] : [{ by: "a simulation", run: (mutant, limitMs) => runWith(mutant, simulations, limitMs) }]),
  ],
});

function coreFiles() {
  const files = FOLDERS.flatMap((folder) => readdirSync(`${root}src/${folder}`).map((name) => `${folder}/${name}`));
  return files.filter((file) => file.endsWith(".ts") && !WITHOUT.includes(file)).map((file) => `src/${file}`);
}

/** Runs a command with the mutant in the code (mutants/plugin.mjs). */
async function runWith(mutant, command, limitMs) {
  const { file, start, end, text } = mutant ?? {};
  const env = { SDK_MUTANT: JSON.stringify({ file, start, end, text }) };
  const { code, output } = await runCommand(command, { limitMs, cwd: root, env });
  if (code !== 0 && !mutant) process.stdout.write(output.slice(-4_000));
  return code === 0 ? "passed" : "failed";
}
