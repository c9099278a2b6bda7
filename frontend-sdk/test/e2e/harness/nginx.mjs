// nginx as it is installed, in front of a server: only the address to pass requests on to is configured. So bodies have 1 MiB at most, answers are
// buffered, the server is spoken to in HTTP/1.0, and a silent minute ends a request.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** @param {string} folder @param {number} port @param {number} upstream @param {string} more */
function configuration(folder, port, upstream, more) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${kind};`);
  // Workers of a master that runs as root have another user, who can't read the folder.
  return `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  ${more}
  ${temporary.join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstream}; }
  }
}
`;
}

/**
 * Starts nginx on a port, in front of the server at `upstream`.
 * @param {number} port @param {number} upstream @param {string} [more] directives, with their semicolons
 */
export async function startNginx(port, upstream, more = "") {
  const folder = await mkdtemp(join(tmpdir(), "landfall-nginx-"));
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration(folder, port, upstream, more));
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
