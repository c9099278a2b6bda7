// Figures, traces and reports of a client that is watched from outside.

import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createLandfall } from "../../src";
import {
  type Metric,
  newTraceparent,
  type ObserveOptions,
  observe,
  type SentryLike,
  toSentry,
} from "../../src/observe";
import { routeOf } from "../../src/observe/route";
import { isObserved } from "../../src/util/observed";
import { EMAIL, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const SERVER = "http://landfall.test";

afterEach(() => vi.unstubAllGlobals());

/** A signed-in client that is watched, and the `traceparent` of each request as the server saw it. */
async function watched(options: ObserveOptions = {}) {
  const env = new TestEnvironment();
  const metrics: Metric[] = [];
  const traces: [string, string | null][] = [];
  const answer = env.server.fetchFor({ token: null });
  const send: typeof fetch = (input, init) => {
    const { method, url, headers } = new Request(input, init);
    traces.push([`${method} ${url}`, headers.get("traceparent")]);
    return answer(input, init);
  };
  const observer = observe({ baseUrl: SERVER, fetch: send, onMetric: (metric) => metrics.push(metric), ...options });
  const { storage } = env.browser();
  const client = { baseUrl: SERVER, name: env.appName, clock: env.clock, storage, fetch: observer.fetch };
  const landfall = createLandfall(client);
  onTestFinished(() => landfall.close());
  const stop = observer.follow(landfall);
  await landfall.start();
  await landfall.auth.devSignIn({ email: EMAIL });
  await synced(env, landfall);
  const requests = (route: string) => metrics.filter((metric) => metric.name === "request" && metric.route === route);
  return { env, landfall, metrics, traces, requests, stop };
}

async function synced(env: TestEnvironment, landfall: ReturnType<typeof createLandfall>): Promise<void> {
  await until(async () => {
    await env.clock.advance(1_000);
    return landfall.sync.status.get().state === "synced";
  }, "everything to be synced");
}

test("the hook is told the time and the end of each request, and when everything is synced", async () => {
  const { env, landfall, metrics, requests } = await watched();
  metrics.length = 0;
  const { id } = await landfall.chat.createSession({ title: "canary title" });
  await landfall.chat.send(id, { role: "user", content: "canary content" });
  await synced(env, landfall);
  expect(requests("POST /api/sync").length).toBeGreaterThan(0);
  for (const metric of requests("POST /api/sync")) {
    expect(metric).toMatchObject({ status: 200, attempt: 1, ms: expect.any(Number) });
  }
  const states = metrics.filter((metric) => metric.name === "sync");
  expect(states.at(-1)).toMatchObject({ state: "synced", pending: 0, failed: 0, conflicts: 0, ms: expect.any(Number) });
  expect(states.map(({ from }) => from)).toContain("synced");
  const told = JSON.stringify(metrics);
  for (const secret of ["canary", id, EMAIL, "landfall.test"]) expect(told).not.toContain(secret);
});

test("retries are counted until the route succeeds", async () => {
  const { env, landfall, metrics, requests } = await watched();
  metrics.length = 0;
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 500, code: "internal" }, 2);
  await landfall.chat.createSession({ title: "Harbour" });
  await synced(env, landfall);
  const sent = requests("POST /api/sync").map((metric) => metric.name === "request" && [metric.attempt, metric.status]);
  expect(sent.slice(0, 3)).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
});

test("a request without an answer has the status 0", async () => {
  const { env, metrics } = await watched();
  const before = metrics.length;
  env.server.setDown(true);
  await until(async () => {
    await env.clock.advance(10_000);
    return metrics.slice(before).some((metric) => metric.name === "request" && metric.status === 0);
  }, "a failed request");
});

test("reads of files are hits or misses of this device", async () => {
  const { env, landfall, metrics, stop } = await watched();
  const { id } = await landfall.assets.add(new File(["bytes"], "canary.txt", { type: "text/plain" }));
  await landfall.assets.file(id);
  await synced(env, landfall);
  const read = landfall.assets.file(id);
  await env.clock.advance(100);
  await read;
  const files = () => metrics.filter((metric) => metric.name === "file");
  expect(files()).toMatchObject([
    { hit: true, ok: true },
    { hit: false, ok: true },
  ]);
  await expect(landfall.assets.file("canary-unknown")).rejects.toMatchObject({ code: "not_found" });
  expect(files().at(-1)).toMatchObject({ hit: false, ok: false });
  stop();
  await landfall.assets.file(id);
  expect(files()).toHaveLength(3);
  expect(JSON.stringify(metrics)).not.toContain("canary");
});

test("requests to the server have a traceparent where the application wants one, and the storage gets none", async () => {
  const wanted: string[] = [];
  const onTrace: ObserveOptions["onTrace"] = ({ route }) => {
    wanted.push(route);
    return route === "POST /api/sync" ? newTraceparent() : null;
  };
  const { env, landfall, traces } = await watched({ onTrace });
  await landfall.chat.createSession({ title: "Harbour" });
  await landfall.assets.add(new File(["bytes"], "tides.txt", { type: "text/plain" }));
  await synced(env, landfall);
  expect(traces.map(([request]) => request)).toContainEqual(expect.stringMatching(/^PUT (?!http:\/\/landfall\.test)/));
  const traced = traces.filter(([, header]) => header !== null);
  expect(traced.length).toBeGreaterThan(0);
  for (const [request, header] of traced) {
    expect(request).toBe(`POST ${SERVER}/api/sync`);
    expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }
  expect(wanted.filter((route) => route.includes("storage"))).toEqual([]);

  const without = await watched();
  expect(without.traces.filter(([, header]) => header !== null)).toEqual([]);
});

test("a hook that throws breaks nothing", async () => {
  const broken = () => {
    throw new Error("broken");
  };
  const { env, landfall } = await watched({ onMetric: broken, onTrace: broken });
  await landfall.chat.createSession({ title: "Harbour" });
  await synced(env, landfall);
});

test("a route has the words of the API only", () => {
  expect(routeOf("GET", "/api/assets/3f/multipart?x=1")).toBe("GET /api/assets/{id}/multipart");
  expect(routeOf("GET", "/api/assistants/canary#x")).toBe("GET /api/assistants/{id}");
  expect(routeOf("PUT", null)).toBe("PUT storage");
});

test("uploads keep XMLHttpRequest, unless the application has a fetch of its own", () => {
  expect(isObserved(observe({}).fetch)).toBe(true);
  expect(isObserved(observe({ fetch: () => Promise.reject(new Error("unused")) }).fetch)).toBe(false);
  expect(isObserved(fetch)).toBe(false);
});

test("Sentry gets faults as messages and the rest as breadcrumbs", () => {
  const messages: unknown[] = [];
  const crumbs: unknown[] = [];
  const sentry: SentryLike = {
    captureMessage: (message, context) => messages.push([message, context.level, context.tags]),
    addBreadcrumb: ({ category, message, level }) => crumbs.push([category, message, level]),
  };
  const tell = toSentry(sentry);
  const request = (status: number): Metric => ({ name: "request", route: "POST /api/sync", status, ms: 3, attempt: 1 });
  const sync = (failed: number): Metric => {
    return { name: "sync", state: "failed", from: "sending", ms: 5, pending: 0, failed, conflicts: 0 };
  };
  for (const metric of [request(200), request(503), request(500), sync(2), sync(2), sync(1), sync(3)]) tell(metric);
  expect(messages).toEqual([
    ["Landfall: POST /api/sync answered 500", "error", { route: "POST /api/sync", status: 500 }],
    ["Landfall: changes could not be sent", "warning", { failed: 2 }],
    ["Landfall: changes could not be sent", "warning", { failed: 3 }],
  ]);
  expect(crumbs.slice(0, 3)).toEqual([
    ["landfall.request", "POST /api/sync", "info"],
    ["landfall.request", "POST /api/sync", "warning"],
    ["landfall.sync", "failed", "warning"],
  ]);
});
