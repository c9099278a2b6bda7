// Measures the performance targets of Kijko's document in Chromium against a real server. For the benchmark and for the test of it.

import { randomUUID } from "node:crypto";
import { Api } from "./api.mjs";
import { buildScript, openScript } from "./page-script.mjs";

/** The rows of the document's table, in its order. `most`: milliseconds; `null`: the document has none. */
export const TARGETS = /** @type {const} */ ([
  ["login", "Login sync", 2_000],
  ["message", "Message send", 100],
  ["batch", "Message sync, of 15, by the client", 500],
  ["route", "Message sync, of 15, the request alone", 500],
  ["start", "Asset upload start", 200],
  ["link", "Presigned URL generation", 100],
  ["download", "Asset download", null],
]);

const EMAIL = "targets@harbour.example";

/** The account of the measurements. @param {import("./server.mjs").Server} server @param {{ sessions: number, projects: number }} size */
async function seed(server, { sessions, projects }) {
  const api = await Api.signIn(server, EMAIL);
  for (let index = 0; index < sessions; index += 1) {
    const id = randomUUID();
    await api.send("POST", "/api/chat/sessions", { id, title: `Session ${index}` });
    const messages = Array.from({ length: 50 }, (_, turn) => ({
      tempId: `temp-${index}-${turn}`,
      sessionId: id,
      role: turn % 2 ? "assistant" : "user",
      content: `Message ${turn}. `.padEnd(300, "The tide turns at six. "),
      createdAt: new Date(1_760_000_000_000 + turn * 1_000).toISOString(),
    }));
    await api.send("POST", "/api/chat/messages/batch", { messages });
  }
  for (let index = 0; index < projects; index += 1) {
    const data = { cuts: Array.from({ length: 50 }, (_, cut) => ({ cut, from: cut * 10, text: "Harbour" })) };
    await api.send("PUT", `/api/projects/project-${index}`, { name: `Project ${index}`, data, baseRevision: 0 });
  }
}

/**
 * The times of each round, each on a new device.
 * @param {import("./server.mjs").Server} server @param {import("./browser.mjs").Device} device
 * @param {{ rounds: number, sessions: number, projects: number }} size
 */
export async function measureTargets(server, device, { rounds, ...size }) {
  await seed(server, size);
  const script = await buildScript("../../../bench/targets/page.mjs");
  /** @type {Awaited<ReturnType<typeof import("../../../bench/targets/page.mjs").measure>>[]} */
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const page = await openScript(device, server.url, script);
    measured.push(
      await page.evaluate(([email, number]) => Reflect.get(window, "measure")(email, number), [EMAIL, round]),
    );
    await page.close();
  }
  return measured;
}

/** The table of medians and longest times beside the targets, in Markdown. @param {Awaited<ReturnType<typeof measureTargets>>} measured */
export function tableOf(measured) {
  const rows = TARGETS.map(([key, name, most]) => {
    const times = measured.map((round) => round.times[key]).sort((one, other) => one - other);
    const shown = [times[Math.floor(times.length / 2)], times.at(-1)].map(
      (ms) => `${(ms ?? Number.NaN).toFixed(0)} ms`,
    );
    return `| ${name} | ${shown.join(" | ")} | ${most === null ? "-" : `${most} ms`} |`;
  });
  return ["| | Median | Longest | Target |", "|---|---|---|---|", ...rows].join("\n");
}
