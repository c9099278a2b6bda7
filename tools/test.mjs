// Runs all test suites and prints a summary. Two suites run at a time, one in each lane. The output of a suite is printed when the suite ends, and the
// last line is `N passed, N failed`. A failed suite does not stop the others.
//
//     node tools/test.mjs [--fast] [PART OF A SUITE'S NAME]
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const options = process.argv.slice(2);
const fast = options.includes("--fast");
const only = options.find((option) => !option.startsWith("--"));

/** The server of all suites, built once with the feature `faults`. It is a copy, because other builds replace the original. */
const BINARY = resolve("target/tested/landfall");
const FEATURES = "--locked --all-features";
const nextest = spawnSync("cargo", ["nextest", "--version"]).status === 0;
const npm = (script) => `npm --prefix frontend-sdk run --silent ${script}`;
const make = (target) => `make --no-print-directory ${target}`;

/**
 * A suite is a name and a command. `count` reads passed and failed tests from the output; without it the exit code counts as one test. `slowest` reads
 * the slowest tests. `needs` names suites that must pass first. A suite without `lane` runs in the lane that is idle first. `minutes` is the time
 * limit, after which the suite is ended and counts as failed.
 */
const SUITES = [
  { name: "server: build", lane: "server", minutes: 30, command: `cargo test ${FEATURES} --no-run`, after: keepBinary },
  { name: "server: unit and integration tests", lane: "server", minutes: 20, needs: ["server: build"], command: serverTests("default"), count: nextest ? nextestCounts : cargoCounts, slowest: nextestTimes },
  { name: "server: format and lints", lane: "server", minutes: 15, needs: ["server: build"], command: make("lint-server") },
  { name: "server: no faults without the feature", lane: "server", minutes: 15, needs: ["server: build"], command: "node tools/check-release.mjs" },

  { name: "SDK: format, lints and types", lane: "SDK", minutes: 5, command: npm("lint") },
  { name: "SDK: unit tests", lane: "SDK", minutes: 10, command: npm("test -- --reporter=verbose"), count: vitestCounts, slowest: vitestTimes },
  { name: "demo: build", lane: "SDK", minutes: 5, command: npm("demo:build") },
  { name: "SDK: package", lane: "SDK", minutes: 5, command: npm("check:package") },
  { name: "end to end: a real browser", lane: "SDK", minutes: 30, needs: ["server: build", "demo: build"], command: npm("test:e2e"), count: nodeCounts, slowest: nodeTimes },
  { name: "SDK: apps built from the package", lane: "SDK", minutes: 10, needs: ["server: build", "SDK: package"], command: npm("test:apps"), count: nodeCounts, slowest: nodeTimes },

  // Simulations use virtual time, so a low priority does not change their result.
  { name: "SDK: 300 simulations", minutes: 15, command: `nice -n 10 ${npm("sim -- --runs 300 --today")}`, count: simCounts },
  { name: "SDK: 30 against the real server", minutes: 15, needs: ["server: build"], command: `nice -n 10 ${npm("sim -- --runs 30 --today --real")}`, count: simCounts },
  { name: "SDK: the simulations' own tests", minutes: 10, needs: ["server: build"], command: npm("test:sim -- --reporter=verbose"), count: vitestCounts, slowest: vitestTimes },
  { name: "API against its document", minutes: 10, needs: ["server: build"], command: make("fuzz"), count: fuzzCounts },
  { name: "generated files are current", minutes: 5, needs: ["server: build"], command: make("check-generated") },
  { name: "dependencies: licences and sources", minutes: 5, command: "node tools/check-dependencies.mjs" },
];

/** The suites of the inner loop: without faults, races, server starts, browsers and most simulations. */
const FAST = [
  { name: "server: build", lane: "server", minutes: 30, command: `cargo test ${FEATURES} --no-run`, after: keepBinary },
  { name: "server: unit and quick tests", lane: "server", minutes: 10, needs: ["server: build"], command: serverTests("fast"), count: nextest ? nextestCounts : cargoCounts, slowest: nextestTimes },
  { name: "SDK: unit tests", lane: "SDK", minutes: 10, command: npm("test -- --reporter=verbose"), count: vitestCounts, slowest: vitestTimes },
  { name: "SDK: 50 simulations", lane: "SDK", minutes: 5, command: npm("sim -- --runs 50 --today"), count: simCounts },
];

/** The number of slow tests of a suite in the summary, and the seconds from which a test is slow. */
const [SLOWEST, SLOW_SECONDS] = [3, 2];

/** The lines of a failed suite that are printed after the summary, and how many at most. */
const CAUSE = /^(✖|×|FAIL |TIMEOUT |SIGKILL |error(\[|:))|Error:|Unhandled|panicked at|^(\+|-) (?!\s*(actual|expected))|^(left|right):|seed \d/;
const CAUSES = 20;

/** A build from clean and the tests' own data need about this much. A full disk shows as failures of tests that have nothing to do with it. */
const DISK_GIB = 8;
requireDisk();

/**
 * All temporary files of the suites are here, so that those of ended browsers and servers are removed as well. The name is short for sockets' paths. They are in
 * memory where it has room for them: to write browser profiles and databases to a disk is a sixth of the browser tests' work.
 */
const MEMORY = "/dev/shm";
const TEMPORARY = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), "lf-"));
// Some tests run programs as another user.
chmodSync(TEMPORARY, 0o1777);

const env = { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", CARGO_TERM_COLOR: "never", LANDFALL_BIN: BINARY, TMPDIR: TEMPORARY };
// A build that is made once gains nothing from incremental files, which take gigabytes.
if (process.env.CI) env.CARGO_INCREMENTAL = "0";
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const child of running) endGroup(child, "SIGKILL");
    cleanUp();
    process.exit(1);
  });
}

const chosen = choose(fast ? FAST : SUITES);
const outcomes = new Map(chosen.map(({ name }) => [name, deferred()]));
const results = [];
const started = Date.now();
await Promise.all(["server", "SDK"].map(runLane));
cleanUp();
summarize();

/** Ends the run when the disk has too little room. The files of an earlier build count as room, because they are used again or replaced. */
function requireDisk() {
  const free = gibFree(".");
  if (fast || only || existsSync("target/debug") || free >= DISK_GIB) return;
  console.error(`The disk has ${free.toFixed(1)} GiB of free space, and a build with all tests needs ${DISK_GIB}. Make room and try again.`);
  process.exit(1);
}

/** Whether the folder exists and has room for the files of all suites. */
function hasRoom(folder) {
  return existsSync(folder) && gibFree(folder) >= DISK_GIB;
}

function gibFree(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / 2 ** 30;
}

function cleanUp() {
  stopTestDatabase();
  rmSync(TEMPORARY, { recursive: true, force: true, maxRetries: 3 });
}

/** The suites with the requested name, and the suites that they need. */
function choose(suites) {
  const wanted = new Set(suites.filter(({ name }) => !only || name.includes(only)).map(({ name }) => name));
  for (const suite of suites.toReversed()) if (wanted.has(suite.name)) for (const name of suite.needs ?? []) wanted.add(name);
  return suites.filter(({ name }) => wanted.has(name));
}

async function runLane(lane) {
  const own = chosen.filter((suite) => suite.lane === lane);
  for (;;) {
    const suite = own.shift() ?? takeShared();
    if (!suite) return;
    const needed = await Promise.all((suite.needs ?? []).map((name) => outcomes.get(name).promise));
    const missing = (suite.needs ?? []).filter((_, index) => !needed[index]);
    const result = missing.length ? { passed: 0, failed: 1, seconds: 0, note: `not run, because it needs: ${missing.join(", ")}` } : await run(suite);
    results.push({ name: suite.name, ...result });
    outcomes.get(suite.name).resolve(result.failed === 0);
  }
}

function takeShared() {
  const index = chosen.findIndex((suite) => !suite.lane && !suite.taken);
  if (index < 0) return undefined;
  chosen[index].taken = true;
  return chosen[index];
}

function run({ name, command, count, slowest, after, minutes }) {
  console.log(`... ${name}`);
  const began = Date.now();
  return new Promise((resolve) => {
    // The process group ends all processes of the suite.
    const child = spawn("bash", ["-o", "pipefail", "-c", command], { stdio: ["ignore", "pipe", "pipe"], env, detached: true });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    let note = "";
    const limit = setTimeout(() => {
      note = `ended after ${minutes} minutes, its time limit`;
      endGroup(child, "SIGTERM");
      // A server that gets SIGTERM stops its PostgreSQL.
      setTimeout(() => endGroup(child, "SIGKILL"), 15_000).unref();
      setTimeout(() => child.stdout.destroy() && child.stderr.destroy(), 20_000).unref();
    }, minutes * 60_000);
    child.on("close", (code) => {
      clearTimeout(limit);
      running.delete(child);
      const succeeded = code === 0 && !note;
      if (succeeded) after?.();
      const { passed, failed } = count ? count(output) : { passed: succeeded ? 1 : 0, failed: 0 };
      // A suite without a count, or without a passed test, has failed.
      const broke = failed === 0 && (!succeeded || passed === 0) ? 1 : 0;
      if (broke && count && !note) note = `no test failed, but the command ended with ${code}`;
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`\n=== ${name}\n\n${output.trimEnd()}\n${note && `\n${name}: ${note}\n`}`);
      const causes = failed + broke ? causesOf(output) : [];
      resolve({ passed, failed: failed + broke, seconds, note, causes, slow: slowestOf(slowest?.(output) ?? []) });
    });
  });
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended.
  }
}

function summarize() {
  console.log("\n=== Summary\n");
  const order = ({ name }) => chosen.findIndex((suite) => suite.name === name);
  for (const { name, passed, failed, seconds, note, slow = [] } of results.toSorted((one, other) => order(one) - order(other))) {
    console.log(`  ${failed ? "FAILED" : "ok    "}  ${name.padEnd(38)} ${String(passed).padStart(5)} passed, ${failed} failed  (${seconds} s)`);
    if (note) console.log(`            ${note}`);
    for (const test of slow) console.log(`            ${test.seconds.toFixed(1).padStart(5)} s  ${test.name}`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  console.log(`\n  ${minutes} minutes for ${(sum("seconds") / 60).toFixed(1)} minutes of suites`);
  for (const { name, causes = [] } of results) if (causes.length) console.log(`\n  ${name}\n${causes.map((line) => `    ${line}`).join("\n")}`);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") || !results.length ? 1 : 0;
}

/** The lines that name what failed in a suite. They are printed again after the summary, because the whole output is long. */
function causesOf(output) {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => CAUSE.test(line));
  return [...new Set(lines)].slice(-CAUSES).map((line) => line.slice(0, 240));
}

function slowestOf(tests) {
  return tests.filter(({ seconds }) => seconds >= SLOW_SECONDS).sort((one, other) => other.seconds - one.seconds).slice(0, SLOWEST);
}

function deferred() {
  const it = {};
  it.promise = new Promise((resolve) => Object.assign(it, { resolve }));
  return it;
}

/** Uses cargo-nextest if it is installed, because it ends tests that hang (.config/nextest.toml). cargo runs the doc tests. */
function serverTests(profile) {
  if (nextest) {
    const tests = `cargo nextest run ${FEATURES} --profile ${profile}`;
    return profile === "fast" ? tests : `status=0; ${tests} || status=1; cargo test ${FEATURES} --doc || status=1; exit $status`;
  }
  // The tests that the profile `fast` of nextest leaves out.
  const skipped = ["faults", "races", "boot", "transfer", "protection"].map((part) => `--skip ${part}::`).join(" ");
  return `cargo test ${FEATURES} --no-fail-fast ${profile === "fast" ? `--lib --bins --tests -- ${skipped}` : ""}`;
}

function keepBinary() {
  mkdirSync("target/tested", { recursive: true });
  rmSync(BINARY, { force: true });
  copyFileSync("target/debug/landfall", BINARY);
}

function total(output, pattern) {
  return [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

function cargoCounts(output) {
  return { passed: total(output, /^test result: .*? (\d+) passed/gm), failed: total(output, /^test result: .*?; (\d+) failed/gm) };
}

/** The output has nextest's summary and then cargo's count of the doc tests. */
function nextestCounts(output) {
  const summary = output.match(/^\s*Summary \[.*$/m)?.[0] ?? "";
  const examples = cargoCounts(output.slice(output.lastIndexOf("Doc-tests ")));
  const failed = total(summary, /(\d+) (?:failed|timed out|exec failed)/g);
  return { passed: total(summary, /(\d+) passed/g) + examples.passed, failed: failed + examples.failed };
}

function nextestTimes() {
  const file = `target/nextest/${fast ? "fast" : "default"}/junit.xml`;
  if (!nextest || !existsSync(file)) return [];
  const cases = readFileSync(file, "utf8").matchAll(/<testcase name="([^"]+)"[^>]* time="([\d.]+)"/g);
  return [...cases].map(([, name, seconds]) => ({ name, seconds: Number(seconds) }));
}

function vitestCounts(output) {
  const line = output.match(/^\s*Tests\s.*$/m)?.[0] ?? "";
  return { passed: total(line, /(\d+) passed/g), failed: total(line, /(\d+) failed/g) };
}

function vitestTimes(output) {
  return [...output.matchAll(/^\s*[✓×] (.+?)\s+(\d+)ms$/gm)].map(([, name, ms]) => ({ name, seconds: Number(ms) / 1000 }));
}

/** Schemathesis counts cases, and failures by kind and operation. */
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

function nodeTimes(output) {
  return [...output.matchAll(/^\s*[✔✖] (.+) \((\d+(?:\.\d+)?)ms\)$/gm)].map(([, name, ms]) => ({ name, seconds: Number(ms) / 1000 }));
}

/** Stops the PostgreSQL that the server's tests leave running for the next run. Its data is not needed, so it is stopped at once. */
function stopTestDatabase() {
  try {
    const [, dataDir, folder] = readFileSync("target/tmp/postgres.note", "utf8").split("\n");
    const pid = Number(readFileSync(`${dataDir}/postmaster.pid`, "utf8").split("\n")[0]);
    process.kill(pid, "SIGQUIT");
    for (const end = Date.now() + 10_000; existsSync(`${dataDir}/postmaster.pid`) && Date.now() < end; ) spawnSync("sleep", ["0.1"]);
    for (const path of [dataDir, folder, "target/tmp/objects", "target/tmp/postgres.note"]) rmSync(path, { recursive: true, force: true });
  } catch {
    // PostgreSQL does not run.
  }
}
