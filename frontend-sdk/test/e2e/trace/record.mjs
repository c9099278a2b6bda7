// Draws docs/trace.svg from a real trace of one `chat.send`: a page in Chromium, the server and its PostgreSQL. Run it with `npm run trace` after building
// the server. DATABASE_URL names an empty database in place of the embedded one. It is no test.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { chromiumPath } from "../harness/browser.mjs";
import { checkout, Server } from "../harness/server.mjs";
import { spansOf } from "./otlp.mjs";
import { draw } from "./picture.mjs";

/** @typedef {import("./otlp.mjs").Span} Span */
/** @typedef {import("./picture.mjs").Line} Line */

/** @type {Buffer[]} */
const bodies = [];
const receiver = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    bodies.push(Buffer.concat(chunks));
    response.end();
  });
});
receiver.listen(0, "127.0.0.1");
await once(receiver, "listening");
const address = receiver.address();
assert.ok(address && typeof address === "object");

const page = await mkdtemp(join(tmpdir(), "landfall-trace-"));
await build({
  configFile: false,
  logLevel: "error",
  define: { __LANDFALL_FAULTS__: "false" },
  root: fileURLToPath(new URL("page", import.meta.url)),
  build: { outDir: page, emptyOutDir: true },
});
const { DATABASE_URL } = process.env;
/** @type {Record<string, string>} */
const settings = {
  ...(DATABASE_URL && { DATABASE_URL }),
  LANDFALL_FRONTEND: page,
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
};
const server = await Server.start({ demo: false, settings });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
/** @type {{ of: number, sent: { start: number, end: number }, push: { traceparent: string, start: number, end: number } }} */
let seen;
try {
  const tab = await browser.newPage();
  await tab.goto(server.url);
  await tab.waitForFunction("typeof run === 'function'");
  seen = await tab.evaluate("run()");
} finally {
  await browser.close();
  await server.stop();
  receiver.close();
  await rm(page, { recursive: true, force: true });
}

const [, trace = ""] = seen.push.traceparent.split("-");
const spans = bodies.flatMap((body) => spansOf(body)).filter((span) => span.trace === trace);
const root = spans.find(({ name }) => name === "POST /api/sync");
assert.ok(root, "the server's first span belongs to the page's trace");
/** @type {Line[]} */
const lines = [];
/** The tables or functions of a statement first, and then its text. @param {Span} span */
const described = ({ name, sql }) => {
  const of = [...sql.matchAll(/(?:FROM|JOIN|INTO|UPDATE) "?([a-z_]+)/g)].map(([, table]) => table);
  const text = sql.replace(name, "").trim();
  return of.length > 0 ? `${[...new Set(of)].join(", ")}: ${text}` : text;
};
/** @param {Span} span @param {number} depth */
const add = (span, depth) => {
  const { name, sql, start, end } = span;
  lines.push({ name, detail: described(span), depth, start, end, kind: sql ? "sql" : "server" });
  const children = spans.filter(({ parent }) => parent === span.id).sort((a, b) => a.start - b.start);
  for (const child of children) add(child, depth + 1);
};
const { start, end } = seen.push;
lines.push({ name: "fetch", detail: "POST /api/sync, in the page", depth: 0, start, end, kind: "page" });
add(root, 1);
const stored = (seen.sent.end - seen.sent.start).toFixed(1);
const later = ((start - seen.sent.end) / 1_000).toFixed(1);
const note = `The fastest of ${seen.of}. chat.send resolves after ${stored} ms; sent ${later} s later.`;
await writeFile(join(checkout, "docs/trace.svg"), draw("One chat.send, from the page to the SQL", note, lines));
console.log(`docs/trace.svg: ${lines.length} spans`);
