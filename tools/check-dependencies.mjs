// What may be a dependency: licences, bans and sources, from what the lockfiles say. It asks nobody, so it is part of `make test`. Known holes are what
// `make audit` asks for, which needs the network.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";
const NPM = "https://registry.npmjs.org/";

/** The quoted words of a list in deny.toml, so that there is one list for this and for cargo-deny. */
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

/** Whether an SPDX expression leaves a choice that is allowed; an old `A/B` is a choice too. */
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

/** The crates of the server on this machine's platform: all of them are here already, since it was built. */
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

/** npm's packages: tools, and what the SDK brings into pages. They are run or bundled, never linked into the server. */
function checkPackages(lockfile) {
  const { packages } = JSON.parse(readFileSync(lockfile, "utf8"));
  const all = Object.entries(packages).filter(([path, one]) => path.includes("node_modules/") && !one.link);
  for (const [path, { version, resolved, integrity, license }] of all) {
    const is = `${path.split("node_modules/").pop()} ${version}`;
    // An address that is left out is the registry's; the hash says what must come from there.
    if (!(resolved ?? NPM).startsWith(NPM)) faults.push(`${is} of ${lockfile} comes from ${resolved}`);
    if (!integrity) faults.push(`${is} of ${lockfile} has no hash`);
    if (!license || !satisfies(license, (word) => !/GPL|UNLICENSED|^SEE$/.test(word))) faults.push(`${is} of ${lockfile} has the licence ${license}`);
  }
  return all.length;
}

/** A check that can't fail shows nothing. */
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
    if (satisfies(expression, free) !== holds) faults.push(`this check takes "${expression}" for ${!holds}`);
  }
}

checkItself();
const crates = checkCrates();
const packages = ["frontend-sdk/package-lock.json", "tools/postgres/package-lock.json"].map(checkPackages);
for (const fault of faults) console.error(fault);
console.log(`dependencies: ${crates} crates and ${packages.reduce((sum, count) => sum + count, 0)} packages looked at, ${faults.length} faults`);
process.exitCode = faults.length || crates < 100 ? 1 : 0;
