// Sixteen clients of the SDK at two servers behind nginx, which has the configuration of docker-compose.yml. While all of them write, the servers are
// replaced one after the other, and in the other test one is killed. No request of a client fails, and every message is stored once. A machine with less
// time than the servers need is no failure: they answer `busy`, and the SDK repeats the request.

import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createLandfall } from "../../src/client";
import type { Landfall } from "../../src/types";
import { nginxIsMissing, startDeployedNginx } from "../e2e/harness/nginx.mjs";
import { freePort } from "../e2e/harness/ports.mjs";
import { Server } from "../e2e/harness/server.mjs";
import { until } from "../e2e/harness/until.mjs";

const USERS = 8;
const DEVICES = 2;
const METRICS = { authorization: "Bearer metrics-metrics-metrics-metrics-metrics" };
/** The server with PostgreSQL, which serves no client. */
let owner: Server;
let site: { one: Server; two: Server; nginx: { stop(): Promise<void> }; url: string };
let tests = 0;
let clients = 0;

interface Device {
  landfall: Landfall;
  sessionId: string;
  /** What the device has written. */
  written: string[];
}

beforeAll(async () => {
  if (!nginxIsMissing) owner = await Server.start({ demo: false });
});
afterAll(() => owner?.stop());

beforeEach(async () => {
  if (nginxIsMissing) return;
  const url = `http://localhost:${await freePort()}`;
  const settings = {
    DATABASE_URL: `host='${owner.socketDir}' user=landfall dbname=landfall`,
    LANDFALL_PUBLIC_URL: url,
    LANDFALL_SECRET: "the same for all servers of this test",
    LANDFALL_METRICS_TOKEN: "metrics-metrics-metrics-metrics-metrics",
    // All clients have one address.
    LANDFALL_RATE_LIMITS: "false",
    LANDFALL_MAX_CONNECTIONS_PER_ADDRESS: "1000",
    LANDFALL_DRAIN_SECS: "2",
  };
  const one = await Server.start({ demo: false, settings });
  const two = await Server.start({ demo: false, settings });
  const nginx = await startDeployedNginx(Number(new URL(url).port), [one.port, two.port]);
  site = { one, two, nginx, url };
});
afterEach(async () => {
  if (nginxIsMissing) return;
  await site.nginx.stop();
  await site.one.stop();
  await site.two.stop();
});

/** A `fetch` that records what fails: no answer, an answer that breaks off, 429, and 500 and above but `busy`. A stream of events may end at any time. */
function recording(failures: string[]): typeof fetch {
  return async (input, init) => {
    const name = `${init?.method ?? "GET"} ${new URL(String(input)).pathname}`;
    try {
      const answer = await fetch(input, init);
      if (answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer;
      const { status, headers } = answer;
      const bytes = await answer.arrayBuffer();
      if (status === 429 || (status >= 500 && !isBusy(status, headers, bytes))) failures.push(`${name}: ${status}`);
      return new Response(status === 204 || status === 304 ? null : bytes, { status, headers });
    } catch (error) {
      if (!init?.signal?.aborted) failures.push(`${name}: ${error}`);
      throw error;
    }
  };
}

/** Whether a server says that it has too much to do, and when to come again. */
function isBusy(status: number, headers: Headers, bytes: ArrayBuffer): boolean {
  if (status !== 503 || !headers.has("retry-after")) return false;
  return JSON.parse(new TextDecoder().decode(bytes)).code === "busy";
}

async function open(email: string, failures: string[]): Promise<Landfall> {
  let token: string | null = null;
  const landfall = createLandfall({
    baseUrl: site.url,
    name: `client-${++clients}`,
    storage: { indexedDB: new IDBFactory(), IDBKeyRange },
    fetch: recording(failures),
    sessionToken: {
      get: () => token,
      set: (next) => {
        token = next;
      },
    },
  });
  await landfall.auth.devSignIn({ email });
  return landfall;
}

/** Waits until the device has the session. */
async function untilKnown(landfall: Landfall, sessionId: string): Promise<void> {
  let known = false;
  const stop = landfall.chat.sessions().subscribe((sessions) => {
    known = sessions?.some(({ id }) => id === sessionId) ?? false;
  });
  await until("the device has the session", () => known, 60_000);
  stop();
}

/** Two devices of each user, with one session. */
async function openDevices(failures: string[]): Promise<Device[]> {
  const devices: Device[] = [];
  tests += 1;
  for (let user = 0; user < USERS; user += 1) {
    const both = await Promise.all(
      Array.from({ length: DEVICES }, () => open(`crew-${tests}-${user}@example.org`, failures)),
    );
    const { id } = await (both[0] as Landfall).chat.createSession({ title: "Harbour" });
    for (const landfall of both) await untilKnown(landfall, id);
    devices.push(...both.map((landfall) => ({ landfall, sessionId: id, written: [] })));
  }
  return devices;
}

/** Every device writes one message after the other, each as soon as the one before is at the server, until `work` has ended. */
async function whileWriting(devices: Device[], work: () => Promise<void>): Promise<void> {
  let done = false;
  const writers = devices.map(async ({ landfall, sessionId, written }, index) => {
    while (!done) {
      const content = `${index}-${written.length}`;
      await landfall.chat.send(sessionId, { role: "user", content });
      written.push(content);
      await landfall.sync.awaitInSync();
    }
  });
  const working = work().finally(() => {
    done = true;
  });
  await Promise.all([working, ...writers]);
}

/** How many pushes and batches a server has answered. */
async function written(server: Server): Promise<number> {
  const page = await (await fetch(`${server.url}/metrics`, { headers: METRICS })).text();
  const counted =
    /landfall_http_requests_total\{method="POST",route="\/api\/(?:sync|chat\/messages\/batch)",status="2\d\d"\} (\d+)/g;
  return [...page.matchAll(counted)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Waits until clients write through these servers. */
async function untilUsed(...servers: Server[]): Promise<void> {
  for (const server of servers) {
    const before = await written(server);
    await until(
      "clients write through the server",
      async () => (await written(server)) > before + DEVICES * USERS,
      60_000,
    );
  }
}

/** Both devices of a user show what both have written, once. */
async function expectAll(devices: Device[]): Promise<void> {
  for (const { landfall, sessionId } of devices) {
    const expected = devices.filter((other) => other.sessionId === sessionId).flatMap(({ written }) => written);
    let shown: string[] = [];
    const stop = landfall.chat.messages(sessionId, { newest: expected.length + 100 }).subscribe((messages) => {
      shown = (messages ?? []).map(({ content }) => content).sort();
    });
    await landfall.sync.now();
    await expect.poll(() => shown, { timeout: 60_000 }).toEqual(expected.sort());
    stop();
    await landfall.close();
  }
}

test.skipIf(Boolean(nginxIsMissing))("servers that are replaced one after the other fail no request", async () => {
  const failures: string[] = [];
  const devices = await openDevices(failures);
  await whileWriting(devices, async () => {
    for (const server of [site.one, site.two]) {
      await untilUsed(site.one, site.two);
      await server.terminate();
      await server.restart();
    }
    await untilUsed(site.one, site.two);
  });
  expect(failures).toEqual([]);
  await expectAll(devices);
});

test.skipIf(Boolean(nginxIsMissing))("a server that is killed fails no request", async () => {
  const failures: string[] = [];
  const devices = await openDevices(failures);
  await whileWriting(devices, async () => {
    await untilUsed(site.one, site.two);
    await site.two.kill();
    await untilUsed(site.one);
    await site.two.restart();
    await untilUsed(site.one, site.two);
  });
  expect(failures).toEqual([]);
  await expectAll(devices);
});
