// Checks licences, bans and sources of the dependencies in the lockfiles. It needs no network, so it is part of `make test`. `make audit` checks known
// vulnerabilities, which needs the network.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";
const NPM = "https://registry.npmjs.org/";

/** The text of a list in deny.toml, so that this check and cargo-deny share one list. */
function listOf(text, pattern) {
  const list = text.match(pattern)?.[1];
  if (!list) throw new Error(`deny.toml has no ${pattern}`);
  const lines = list.split("\n").filter((line) => !line.trim().startsWith("#"));
  return lines.join("\n");
}
const quoted = (text) => [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]);

const deny = readFileSync("deny.toml", "utf8");
const allowed = new Set(quoted(listOf(deny, /^allow = \[([^\]]*)\]/m)));
const banned = new Set([...listOf(deny, /^deny = \[([^\]]*)\]/m).matchAll(/crate = "([^"]+)"/g)].map((match) => match[1]));

/** Whether an SPDX expression allows a choice of permitted licences. The old form `A/B` means OR. */
export function satisfies(expression, isAllowed) {
  const words = expression.replaceAll("/", " OR ").replace(/[()]/g, " $& ").trim().split(/\s+/);
  const take = (word) => (words[0] === word ? Boolean(words.shift()) : false);
  const any = () => {
    let holds = all();
    while (take("OR")) holds = all() || holds;
    return holds;
  };
  const all = () => {
    let holds = one();
    while (take("AND")) holds = one() && holds;
    return holds;
  };
  const one = () => {
    if (take("(")) {
      const holds = any();
      return take(")") && holds;
    }
    const name = words.shift() ?? "";
    return isAllowed(take("WITH") ? `${name} WITH ${words.shift()}` : name);
  };
  const holds = any();
  return holds && words.length === 0;
}

const faults = [];

/** Checks the crates of the server for this platform. The build has downloaded all of them. Returns their number. */
function checkCrates() {
  const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)?.[1] ?? "";
  const command = ["metadata", "--locked", "--format-version", "1", "--filter-platform", host];
  const { packages, resolve } = JSON.parse(execFileSync("cargo", command, { encoding: "utf8", maxBuffer: 1 << 28 }));
  const linked = new Set(resolve.nodes.map((node) => node.id));
  const crates = packages.filter((one) => linked.has(one.id));
  for (const { name, version, license, source } of crates) {
    const is = `${name} ${version}`;
    if (source !== null && source !== CRATES_IO) faults.push(`${is} comes from ${source}`);
    if (banned.has(name)) faults.push(`${is} is banned`);
    if (!license || !satisfies(license, (word) => allowed.has(word))) faults.push(`${is} has the licence ${license}`);
  }
  return crates.length;
}

/** Checks the npm packages of a lockfile. They are tools or bundled into pages, never linked into the server. Returns their number. */
function checkPackages(lockfile) {
  const { packages } = JSON.parse(readFileSync(lockfile, "utf8"));
  const all = Object.entries(packages).filter(([path, one]) => path.includes("node_modules/") && !one.link);
  for (const [path, { version, resolved, integrity, license }] of all) {
    const is = `${path.split("node_modules/").pop()} ${version}`;
    // A package without a URL comes from the registry. The hash fixes its content.
    if (!(resolved ?? NPM).startsWith(NPM)) faults.push(`${is} of ${lockfile} comes from ${resolved}`);
    if (!integrity) faults.push(`${is} of ${lockfile} has no hash`);
    // Next.js installs it for pictures. The test's application has none, and nothing of it is passed on.
    if (path.startsWith("node_modules/@img/sharp-") && apps.includes(lockfile)) continue;
    if (!license || !satisfies(license, (word) => !/GPL|UNLICENSED|^SEE$/.test(word))) faults.push(`${is} of ${lockfile} has the licence ${license}`);
  }
  return all.length;
}

/** Tests `satisfies`. */
function checkItself() {
  const free = (word) => word === "MIT" || word === "ISC";
  const cases = [
    ["MIT", true],
    ["GPL-3.0", false],
    ["GPL-3.0 OR MIT", true],
    ["GPL-3.0/MIT", true],
    ["MIT AND GPL-3.0", false],
    ["(MIT OR GPL-3.0) AND ISC", true],
    ["MIT OR ISC AND GPL-3.0", true],
    ["(MIT OR ISC) AND GPL-3.0", false],
    ["MIT WITH odd-exception", false],
    ["MIT ISC", false],
    ["", false],
  ];
  for (const [expression, holds] of cases) {
    if (satisfies(expression, free) !== holds) faults.push(`satisfies("${expression}") is ${!holds}`);
  }
}

checkItself();
const crates = checkCrates();
const apps = ["node", "page", "vite", "next"].map((app) => `frontend-sdk/test/apps/${app}/package-lock.json`);
const packages = ["frontend-sdk/package-lock.json", "tools/postgres/package-lock.json", ...apps].map(checkPackages);
for (const fault of faults) console.error(fault);
console.log(`dependencies: ${crates} crates and ${packages.reduce((sum, count) => sum + count, 0)} packages checked, ${faults.length} faults`);
process.exitCode = faults.length || crates < 100 ? 1 : 0;
