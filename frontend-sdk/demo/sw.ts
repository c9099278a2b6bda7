// The service worker of the demo: it keeps one version of the shell and serves it, so that the app opens with no network.
// It answers for the files of the shell and for nothing else: /api, /docs and /health are always the server's. Woken by the
// browser after the last tab was closed, it lets the client send what waits.
// A new version waits until the last tab of the old one is closed: a page never meets assets of another version.
/// <reference lib="webworker" />
import { handleBackgroundSync } from "@landfall/client/sw";
import type { Shell } from "./build/shell";
import { clientOptions } from "./lib/clientOptions";

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: Shell;

const { version, files } = __SHELL__;
const cachePrefix = "landfall-shell-";
const cacheName = cachePrefix + version;
const shellFiles = new Set(files);

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || !shellFiles.has(pathname)) return;
  event.respondWith(fromShell(pathname, request));
});

handleBackgroundSync(self, clientOptions);

/** All files or none: a shell with a hole would be worse than the old one. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Past the HTTP cache: the page's address doesn't change with its content.
  await cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOldShells(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  // Only the very first version meets pages without a worker; from here on this one serves them.
  await self.clients.claim();
}

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
