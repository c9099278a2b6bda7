// `node bench/streams/run.mjs`: opens many event streams that stay idle, and prints what each costs the server. STREAMS sets their number (10,000). A user
// has 20 of them. LANDFALL_BIN names the server, `target/release/landfall` for figures; DATABASE_URL names an empty database in place of the embedded one.

import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "../../test/e2e/harness/server.mjs";

const STREAMS = Number(process.env.STREAMS ?? 10_000);
const PER_USER = 20;
const IDLE_SECONDS = 30;

const { DATABASE_URL } = process.env;
const settings = {
  ...(DATABASE_URL ? { DATABASE_URL } : {}),
  LANDFALL_RATE_LIMITS: "false",
  // Streams may take half of the connections.
  LANDFALL_MAX_CONNECTIONS: String(2 * STREAMS + 1_000),
  LANDFALL_MAX_CONNECTIONS_PER_ADDRESS: String(2 * STREAMS + 1_000),
};
const server = await Server.start({ demo: false, settings });

/** @returns {Promise<{ memory: number, cpu: number }>} MiB, and seconds since the start */
async function used() {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  const fields = (await readFile(`/proc/${server.pid}/stat`, "utf8")).split(") ")[1].split(" ");
  return {
    memory: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024,
    cpu: (Number(fields[11]) + Number(fields[12])) / 100,
  };
}

async function call(path, body, token) {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Opens a stream. Resolves after its first event. `onEvent` is called with the time of each later one. */
function open(token, onEvent) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `GET /api/sync/events HTTP/1.1\r\nHost: localhost:${server.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    let opened = false;
    socket.on("data", (bytes) => {
      const text = bytes.toString();
      if (!opened && text.startsWith("HTTP/1.1") && !text.startsWith("HTTP/1.1 200"))
        reject(new Error(text.slice(0, 200)));
      if (!text.includes("event: version")) return;
      if (opened) onEvent(performance.now());
      opened = true;
      resolve(socket);
    });
    socket.on("error", reject);
  });
}

/** @param {string} line */
const print = (line) => process.stdout.write(`${line}\n`);

const sockets = [];
try {
  const tokens = [];
  for (let user = 0; user < STREAMS / PER_USER; user += 1) {
    tokens.push((await call("/api/auth/dev/sign-in", { email: `user${user}@example.com` })).token);
  }
  const arrived = tokens.map(() => []);
  const before = await used();
  const began = performance.now();
  for (const [user, token] of tokens.entries()) {
    const opening = Array.from({ length: PER_USER }, () => open(token, (at) => arrived[user].push(at)));
    sockets.push(...(await Promise.all(opening)));
  }
  const opened = (performance.now() - began) / 1_000;
  const after = await used();
  await sleep(IDLE_SECONDS * 1_000);
  const idle = await used();
  const times = [];
  for (let user = 0; user < tokens.length; user += Math.ceil(tokens.length / 50)) {
    const sent = performance.now();
    await call("/api/chat/sessions", { title: "Harbour" }, tokens[user]);
    const deadline = sent + 5_000;
    while (arrived[user].length < PER_USER && performance.now() < deadline) await sleep(1);
    if (arrived[user].length < PER_USER)
      throw new Error(`only ${arrived[user].length} of ${PER_USER} streams have the event`);
    times.push(Math.max(...arrived[user]) - sent);
  }
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor((times.length - 1) * part)].toFixed(0);
  const grown = after.memory - before.memory;
  print(`${sockets.length} streams of ${tokens.length} users, opened in ${opened.toFixed(1)} s`);
  print(
    `memory ${before.memory.toFixed(0)} MiB before, ${after.memory.toFixed(0)} MiB after: ${((grown * 1_024) / sockets.length).toFixed(1)} KiB each`,
  );
  print(
    `idle for ${IDLE_SECONDS} s: ${(((idle.cpu - after.cpu) / IDLE_SECONDS) * 100).toFixed(1)} % of a core, ${idle.memory.toFixed(0)} MiB`,
  );
  print(
    `a write reaches the ${PER_USER} streams of its user in ${at(0.5)} ms (median), ${at(1)} ms (longest of ${times.length})`,
  );
} finally {
  for (const socket of sockets) socket.destroy();
  await server.stop();
}
