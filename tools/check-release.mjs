// Checks that a release contains no faults: the program without test features has no source file of the faults, and a release build with the
// feature fails to compile. The program of the container, without default features, has no source file of the embedded services either. All of it
// uses the compiler's checks and builds no program. The server's tests assert that their own program has the faults.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const FEATURE = "faults";
const FOLDER = `src/${FEATURE}/`;
/** The setting of a release for this package only, so that its dependencies are not built again. */
const AS_RELEASE = ["--config", "profile.dev.package.landfall.debug-assertions=false"];

function cargo(...args) {
  const { status, stdout, stderr } = spawnSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Fails if the program with these features has a warning, or a source file of these folders. */
function checkProgram(what, selection, folders) {
  const { status, stdout, stderr } = cargo("clippy", "--locked", ...selection, "--message-format=json-render-diagnostics", "--", "-D", "warnings");
  if (status !== 0) fail(`The program ${what} doesn't compile without a warning.\n${stderr}`);
  const messages = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const artifacts = messages.filter(({ reason, target, profile }) => reason === "compiler-artifact" && target.src_path.startsWith(process.cwd()) && !target.src_path.startsWith(join(process.cwd(), "third_party")) && !profile.test);
  const library = artifacts.find(({ target }) => target.kind.includes("lib"));
  if (!library) fail("The compiler's messages name no library.");
  if (library.features.includes(FEATURE)) fail(`The feature \`${FEATURE}\` is on by default.`);
  for (const { filenames, target } of artifacts) {
    const [file] = filenames;
    const list = join(dirname(file), `${basename(file).replace(/^lib(?=landfall-.*\.rmeta$)/, "").replace(/\.rmeta$/, "")}.d`);
    const sources = readFileSync(list, "utf8");
    if (!sources.includes("src/")) fail(`${list} lists no sources.`);
    const found = folders.find((folder) => sources.includes(folder));
    if (found) fail(`The ${target.kind[0]} ${target.name} ${what} has files of ${found}.`);
  }
}

// With --benches the dependencies have the same features as in `make lint`, so most are not compiled again.
checkProgram("without test features", ["--lib", "--bins", "--benches"], [FOLDER]);
// As the container has it (Dockerfile). The benches need `embedded` and are left out.
checkProgram("of the container", ["--no-default-features", "--lib", "--bins", "--benches"], [FOLDER, "src/embedded/"]);

const release = cargo("check", "--locked", "--lib", "--benches", "--features", FEATURE, ...AS_RELEASE);
if (release.status === 0 || !/a release build refuses/.test(release.stderr)) fail(`A release can be built with \`${FEATURE}\`.\n${release.stderr}`);
console.log("The program has no faults without the feature, that of the container has no embedded services, and no release builds with faults.");
