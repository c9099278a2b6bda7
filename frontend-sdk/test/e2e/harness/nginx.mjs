// nginx in front of servers. As it is installed, only the address to pass requests on to is configured: bodies have 1 MiB at most, answers are
// buffered, the server is spoken to in HTTP/1.0, and a silent minute ends a request. And as docker-compose.yml has it, in front of two servers.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "./server.mjs";
import { until } from "./until.mjs";

/** Debian has it in a folder that only root has in its path. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const places = process.env.NGINX_PATH
  ? [process.env.NGINX_PATH]
  : ["nginx", join(checkout, "target/nginx/usr/sbin/nginx")];
const program = places.find((place) => spawnSync(place, ["-v"], { env: { PATH } }).status === 0) ?? "";

/** Why nginx can't be used; `false` if it can. */
export const nginxIsMissing = program === "" && "there is no nginx: run `make nginx`, or set NGINX_PATH";

/** What a process of its own needs besides its configuration. Workers of a master that runs as root have another user, who can't read the folder. @param {string} folder */
const ofProcess = (folder) => `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
`;
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((kind) => `  ${kind}_temp_path ${kind};\n`)
  .join("");

/** @param {number} port @param {number} upstream @param {string} more */
function asInstalled(port, upstream, more) {
  return `events {}
http {
  access_log off;
  ${more}
${TEMPORARY}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstream}; }
  }
}
`;
}

/** deploy/nginx/nginx.conf with the addresses of this machine. @param {number} port @param {[number, number]} upstreams */
async function asDeployed(port, [one, two]) {
  const text = await readFile(join(checkout, "deploy/nginx/nginx.conf"), "utf8");
  const places = {
    "landfall-one:8787": `127.0.0.1:${one}`,
    "landfall-two:8787": `127.0.0.1:${two}`,
    "listen 8080": `listen 127.0.0.1:${port}`,
  };
  return Object.entries({ ...places, "http {\n": `http {\n${TEMPORARY}` }).reduce((made, [from, to]) => {
    assert.ok(made.includes(from), `deploy/nginx/nginx.conf has ${from}`);
    return made.replace(from, to);
  }, text);
}

/**
 * Starts nginx on a port, as it is installed, in front of the server at `upstream`.
 * @param {number} port @param {number} upstream @param {string} [more] directives, with their semicolons
 */
export const startNginx = (port, upstream, more = "") => start(port, asInstalled(port, upstream, more));

/** Starts nginx on a port, as docker-compose.yml has it, in front of two servers. @param {number} port @param {[number, number]} upstreams */
export const startDeployedNginx = async (port, upstreams) => start(port, await asDeployed(port, upstreams));

/** @param {number} port @param {string} configuration */
async function start(port, configuration) {
  const folder = await mkdtemp(join(tmpdir(), "landfall-nginx-"));
  const file = join(folder, "nginx.conf");
  await writeFile(file, ofProcess(folder) + configuration);
  const child = spawn(program, ["-p", folder, "-c", file], { env: { PATH }, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => {
    log += text;
  });
  await until("nginx answers", async () => {
    assert.equal(child.exitCode, null, `nginx ended: ${log}`);
    return fetch(`http://127.0.0.1:${port}/`).catch(() => null);
  });
  return {
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
