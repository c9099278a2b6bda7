// Runs every suite of every language, one after the other, and sums them up. A suite that fails does not keep the others from running.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Each: a name, a command, and how its output tells what passed and failed; without that the exit code counts as one test. */
const suites = [
  { name: "server: format and lints", command: "make --no-print-directory lint-server lint-planted" },
  { name: "server: unit and integration tests", command: "cargo test --locked --no-fail-fast --features planted", count: cargoCounts },
  { name: "server: no planted bug outside tests", command: "tools/check-unplanted.sh" },
  { name: "dependencies: licences and sources", command: "node tools/check-dependencies.mjs" },
  { name: "generated files are current", command: "make --no-print-directory check-generated" },
  { name: "API against its document", command: "make --no-print-directory fuzz", count: fuzzCounts },
  { name: "SDK: format, lints and types", command: "npm --prefix frontend-sdk run --silent lint" },
  { name: "SDK: unit tests", command: "npm --prefix frontend-sdk test --silent", count: vitestCounts },
  { name: "SDK: the simulations' own tests", command: "npm --prefix frontend-sdk run --silent test:sim", count: vitestCounts },
  { name: "SDK: 2,000 simulations", command: "npm --prefix frontend-sdk run --silent sim -- --runs 2000", count: simCounts },
  { name: "SDK: 200 against the real server", command: "npm --prefix frontend-sdk run --silent sim -- --runs 200 --real", count: simCounts },
  { name: "SDK: package", command: "npm --prefix frontend-sdk run --silent check:package" },
  { name: "demo: build", command: "npm --prefix frontend-sdk run --silent demo:build" },
  { name: "end to end: a real browser", command: "npm --prefix frontend-sdk run --silent test:e2e", count: nodeCounts },
];

const only = process.argv[2];
const results = [];
for (const suite of suites.filter(({ name }) => !only || name.includes(only))) {
  console.log(`\n=== ${suite.name}\n`);
  results.push({ name: suite.name, ...(await run(suite)) });
}
stopTestDatabase();

console.log("\n=== Summary\n");
for (const { name, passed, failed, seconds } of results) {
  console.log(`  ${failed ? "FAILED" : "ok    "}  ${name.padEnd(38)} ${String(passed).padStart(4)} passed, ${failed} failed  (${seconds} s)`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") || !results.length ? 1 : 0;

function run({ command, count }) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn("bash", ["-o", "pipefail", "-c", command], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" } });
    let output = "";
    for (const [stream, target] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        target.write(text);
      });
    }
    child.on("close", (code) => {
      const { passed, failed } = count ? count(output) : { passed: code === 0 ? 1 : 0, failed: 0 };
      // A suite that broke before it counted anything, or that ran nothing, has failed.
      const broke = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
      resolve({ passed, failed: failed + broke, seconds: Math.round((Date.now() - started) / 1000) });
    });
  });
}

function total(output, pattern) {
  return [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

function cargoCounts(output) {
  return { passed: total(output, /^test result: .*? (\d+) passed/gm), failed: total(output, /^test result: .*?; (\d+) failed/gm) };
}

function vitestCounts(output) {
  const line = output.match(/^\s*Tests\s.*$/m)?.[0] ?? "";
  return { passed: total(line, /(\d+) passed/g), failed: total(line, /(\d+) failed/g) };
}

/** Schemathesis counts its cases, and failures by their kind and place. */
function fuzzCounts(output) {
  const failed = total(output, /(\d+) unique failures?/g);
  return { passed: Math.max(0, total(output, /(\d+) generated/g) - failed), failed };
}

function simCounts(output) {
  return { passed: total(output, /^simulations: (\d+) passed/gm), failed: total(output, /^simulations: \d+ passed, (\d+) failed/gm) };
}

function nodeCounts(output) {
  return { passed: total(output, /^(?:#|ℹ) pass (\d+)/gm), failed: total(output, /^(?:#|ℹ) (?:fail|cancelled) (\d+)/gm) };
}

/** The integration tests leave their PostgreSQL running for the next run; this is the last one. */
function stopTestDatabase() {
  try {
    const pid = Number(readFileSync("target/tmp/postgres/postgres/postmaster.pid", "utf8").split("\n")[0]);
    process.kill(pid, "SIGINT");
  } catch {
    // It does not run.
  }
}
