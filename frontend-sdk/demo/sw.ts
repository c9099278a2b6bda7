// The service worker of the demo. It caches one version of the shell and serves it, so that the app opens offline. It
// handles the files of the shell only: /api, /docs and /health go to the server. After the last tab was closed, a sync
// event of the browser lets the client send what waits. A new version waits until the last tab of the old one is
// closed, so that a page never gets assets of another version.
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

/** The cache gets all files or none. An incomplete shell would be worse than the old one. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  // The requests bypass the HTTP cache, because the page's URL does not change with its content.
  await cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOldShells(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  // Only the first version meets pages without a worker. It serves them from now on.
  await self.clients.claim();
}

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
