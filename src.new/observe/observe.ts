// Watches a client from outside: its `fetch`, its status and its files. The client needs no code for it.

import type { Landfall } from "../types/landfall";
import { markObserved } from "../util/observed";
import type { Metric } from "./metric";
import { pathOf, routeOf } from "./route";
import type { TraceRequest } from "./trace";

export interface ObserveOptions {
  /** Called for every figure, at once. What it throws is ignored. */
  onMetric?: (metric: Metric) => void;
  /**
   * Returns the `traceparent` of a request to the server, or nothing. Without this function no request has one.
   *
   * @example
   * onTrace: () => newTraceparent()
   */
  onTrace?: (request: TraceRequest) => string | null | undefined;
  /** As in `createLandfall`. */
  baseUrl?: string;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
}

export interface Observer {
  /** The option `fetch` of `createLandfall`. */
  fetch: typeof fetch;
  /** Follows the queue and the files of the client. Returns a function that ends this. */
  follow(landfall: Pick<Landfall, "sync" | "assets">): () => void;
}

/**
 * Creates an observer of one client. It holds figures of the page's requests in memory only.
 *
 * @example
 * const observer = observe({ baseUrl, onMetric: (metric) => console.log(metric) });
 * const landfall = createLandfall({ baseUrl, name: "notes", fetch: observer.fetch });
 * observer.follow(landfall);
 */
export function observe({ onMetric, onTrace, baseUrl = "", fetch: own }: ObserveOptions): Observer {
  const base = baseUrl.replace(/\/$/, "");
  const send: typeof fetch = own ?? ((input, init) => fetch(input, init));
  /** The failures of each route since its last success. Routes are words of the SDK, so there are few. */
  const failures = new Map<string, number>();
  const tell = (metric: Metric): void => {
    try {
      onMetric?.(metric);
    } catch {
      // A broken hook must not break a request.
    }
  };

  const observed: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : `${input}`;
    const path = pathOf(url, base);
    const route = routeOf(init?.method ?? (input instanceof Request ? input.method : "GET"), path);
    const parent = path === null ? null : traceparentOf(onTrace, route);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    if (parent) headers.set("traceparent", parent);
    const attempt = (failures.get(route) ?? 0) + 1;
    const began = performance.now();
    let status = 0;
    try {
      const response = await send(input, parent ? { ...init, headers } : init);
      status = response.status;
      return response;
    } finally {
      // A request that the client ends itself is no failure.
      const hasFailed = status === 429 || status >= 500 || (status === 0 && !init?.signal?.aborted);
      if (hasFailed) failures.set(route, attempt);
      else failures.delete(route);
      tell({ name: "request", route, status, ms: performance.now() - began, attempt });
    }
  };

  return {
    // Another `fetch` of the application stays in charge of uploads.
    fetch: own ? observed : markObserved(observed),
    follow(landfall) {
      const stops = [followStatus(landfall.sync, tell), followFiles(landfall.assets, tell)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function traceparentOf(onTrace: ObserveOptions["onTrace"], route: string): string | null {
  try {
    return onTrace?.({ route }) ?? null;
  } catch {
    return null;
  }
}

function followStatus({ status }: Pick<Landfall["sync"], "status">, tell: (metric: Metric) => void): () => void {
  let { state: from } = status.get();
  let since = performance.now();
  return status.subscribe(({ state, pending, failed, conflicts }) => {
    if (state === from) return;
    const now = performance.now();
    tell({ name: "sync", state, from, ms: now - since, pending, failed, conflicts });
    [from, since] = [state, now];
  });
}

function followFiles(assets: Landfall["assets"], tell: (metric: Metric) => void): () => void {
  const read = assets.file;
  assets.file = async (id) => {
    const began = performance.now();
    const hit = (await assets.get(id))?.onDevice ?? false;
    let ok = false;
    try {
      const file = await read.call(assets, id);
      ok = true;
      return file;
    } finally {
      tell({ name: "file", hit, ms: performance.now() - began, ok });
    }
  };
  return () => {
    assets.file = read;
  };
}
