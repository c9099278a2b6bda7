// The container engine of this machine: Docker, and either version of Compose.
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program to its end. Its output is returned, or shown with `show`. */
export function run(program, args, { show = false, env = {} } = {}) {
  const stdio = show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"];
  const options = { stdio, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 28 };
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  return { ok: status === 0, out: (stdout ?? "").trim(), err: (error?.message ?? stderr ?? "").trim() };
}

/** The same, for a step that must succeed. Returns the output. */
export function must(program, args, options) {
  const { ok, out, err } = run(program, args, options);
  if (!ok) throw new Error(`${program} ${args.join(" ")} failed: ${err || out}`);
  return out;
}

/** The same while other work goes on. */
export const during = promisify(execFile);

/** The words that begin a command of Compose; a sentence where something is missing. */
export function findEngine() {
  const info = run("docker", ["info", "--format", "{{.ServerVersion}}"]);
  if (!info.ok || info.out === "") return { missing: "no Docker engine answers here" };
  for (const words of [["docker", "compose"], ["docker-compose"]]) {
    const { ok, out } = run(words[0], [...words.slice(1), "version", "--short"]);
    if (ok) return { compose: words, versions: `Docker ${info.out}, Compose ${out}` };
  }
  return { missing: "there is a Docker engine and no Compose" };
}

/** True if the image is here already, or can be pulled. */
export function hasImage(name) {
  return run("docker", ["image", "inspect", name]).ok || run("docker", ["pull", "--quiet", name]).ok;
}
