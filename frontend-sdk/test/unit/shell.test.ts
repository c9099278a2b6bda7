// The offline shell: which requests the service worker answers from its cache, and how one version replaces another.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ShellOptions, serveShell } from "../../src/service-worker/shell";

const ORIGIN = "https://app.test";

/** The browser's caches, and a server that counts its requests. */
class FakeBrowser {
  readonly stored = new Map<string, Map<string, string>>();
  /** The content of each file at the server; a missing one is a 404. */
  readonly server = new Map<string, string>();
  fetched: string[] = [];

  readonly caches = {
    open: async (name: string) => {
      const cache = this.stored.get(name) ?? new Map<string, string>();
      this.stored.set(name, cache);
      return {
        addAll: async (requests: Request[]) => {
          const found = requests.map(({ url }): [string, string | undefined] => [url, this.server.get(url)]);
          for (const [url, text] of found) if (text === undefined) throw new TypeError(`404 ${url}`);
          for (const [url, text] of found) cache.set(url, text ?? "");
        },
        match: async (url: string) => (cache.has(url) ? new Response(cache.get(url)) : undefined),
      };
    },
    keys: async () => [...this.stored.keys()],
    delete: async (name: string) => this.stored.delete(name),
  };
  readonly fetch = async (request: Request) => {
    this.fetched.push(request.url);
    return new Response(this.server.get(request.url) ?? "network");
  };
}

/** A service worker's global scope. */
class FakeScope extends EventTarget {
  readonly registration: { scope: string };
  readonly clients = { claim: async () => {} };

  constructor(scope = `${ORIGIN}/`) {
    super();
    this.registration = { scope };
  }

  async send(type: "install" | "activate"): Promise<void> {
    let work: Promise<unknown> = Promise.resolve();
    const waitUntil = (given: Promise<unknown>) => {
      work = given;
    };
    this.dispatchEvent(Object.assign(new Event(type), { waitUntil }));
    await work;
  }

  /** The text of the worker's answer; `null` when it leaves the request to the browser. */
  async get(path: string, init: { method?: string; navigate?: boolean } = {}): Promise<string | null> {
    const request = new Request(new URL(path, ORIGIN), { method: init.method ?? "GET" });
    Object.defineProperty(request, "mode", { value: init.navigate ? "navigate" : "cors" });
    let response: Promise<Response> | null = null;
    const respondWith = (given: Promise<Response>) => {
      response = given;
    };
    this.dispatchEvent(Object.assign(new Event("fetch"), { request, respondWith }));
    return response ? (await (response as Promise<Response>)).text() : null;
  }
}

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
  vi.stubGlobal("caches", browser.caches);
  vi.stubGlobal("fetch", browser.fetch);
});
afterEach(() => vi.unstubAllGlobals());

function publish(version: string): void {
  browser.server.set(`${ORIGIN}/index.html`, `page ${version}`);
  browser.server.set(`${ORIGIN}/app.js`, `script ${version}`);
}

async function installed(options: ShellOptions, scope = new FakeScope()): Promise<FakeScope> {
  serveShell(scope, options);
  await scope.send("install");
  await scope.send("activate");
  return scope;
}

test("files and navigations are answered from the cache, and everything else by the network", async () => {
  publish("1");
  const scope = await installed({ files: ["index.html", { url: "app.js", revision: "1" }] });
  expect(await scope.get("/app.js?from=page")).toBe("script 1");
  expect(await scope.get("/", { navigate: true })).toBe("page 1");
  expect(await scope.get("/notes/7", { navigate: true })).toBe("page 1");
  expect(await scope.get("/notes/7")).toBeNull();
  expect(await scope.get("/other.js")).toBeNull();
  expect(await scope.get("/app.js", { method: "HEAD" })).toBeNull();
  expect(await scope.get("https://elsewhere.test/app.js")).toBeNull();
  for (const path of ["/api/export", "/docs", "/docs/errors", "/health/live"])
    expect(await scope.get(path, { navigate: true })).toBeNull();
  expect(browser.fetched).toEqual([]);
});

test("no page answers a navigation where the application has none", async () => {
  publish("1");
  const scope = await installed({ files: ["index.html", "app.js"], fallback: null });
  expect(await scope.get("/notes/7", { navigate: true })).toBeNull();
  expect(await scope.get("/index.html", { navigate: true })).toBe("page 1");
});

test("a new version replaces the old one when it is activated, and not before", async () => {
  publish("1");
  const files = (revision: string) => [{ url: "index.html", revision }, "app.js"];
  const old = await installed({ files: files("1") });
  publish("2");
  const next = new FakeScope();
  serveShell(next, { files: files("2") });
  await next.send("install");
  expect(await old.get("/app.js")).toBe("script 1");
  await next.send("activate");
  expect(await next.get("/app.js")).toBe("script 2");
  expect(browser.stored.size).toBe(1);
});

test("a version without all its files is not installed, and the old one stays", async () => {
  publish("1");
  const old = await installed({ files: ["index.html", "app.js"], version: "1" });
  const next = new FakeScope();
  serveShell(next, { files: ["index.html", "gone.js"], version: "2" });
  await expect(next.send("install")).rejects.toThrow("gone.js");
  expect(await old.get("/app.js")).toBe("script 1");
});

test("two applications of one origin keep their caches apart, and a removed cache is no outage", async () => {
  publish("1");
  browser.server.set(`${ORIGIN}/notes/index.html`, "notes");
  const root = await installed({ files: ["index.html"] });
  const notes = await installed({ files: ["index.html"] }, new FakeScope(`${ORIGIN}/notes/`));
  expect(await notes.get("/notes/7", { navigate: true })).toBe("notes");
  expect(await root.get("/", { navigate: true })).toBe("page 1");
  browser.stored.clear();
  expect(await root.get("/index.html")).toBe("page 1");
  expect(browser.fetched).toEqual([`${ORIGIN}/index.html`]);
});
