// The application's own files in the browser's cache, so that it opens without a network. It has no imports, so that a worker without a bundler can load
// this file by its address.

/** The path of a file, or an entry of the manifest of Workbox and vite-plugin-pwa. */
export type ShellFile = string | { readonly url: string; readonly revision?: string | null };

export interface ShellOptions {
  /** All files that the application needs to open: the page, scripts, styles, icons. Relative paths are resolved against the worker's scope. */
  files: readonly ShellFile[];
  /**
   * Changes with the content of files whose names don't. A build that names files by their content and lists revisions needs none.
   */
  version?: string;
  /** The page that answers every navigation to a path that isn't among the files; `null`: none does. Default: the scope's page or `index.html`. */
  fallback?: string | null;
  /** Paths that are never answered from the cache. Default: `/api`, `/docs` and `/health` of the server. */
  exclude?: RegExp;
}

/** The server's own paths. */
const SERVER_PATHS = /^\/(api|docs|health)(\/|$)/;
const PREFIX = "landfall-shell-";

/** What this file needs of ServiceWorkerGlobalScope. */
interface Scope extends EventTarget {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
}
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/**
 * In the service worker: caches one version of the application's files and serves it. A new version is cached in the background and waits until the last
 * tab of the old one is closed, so that a page never gets files of another version. Requests for anything else go to the network.
 *
 * @example
 * serveShell(self, { files: self.__WB_MANIFEST }); // vite-plugin-pwa with `strategies: "injectManifest"`
 */
export function serveShell(scope: EventTarget, options: ShellOptions): void {
  const shell = new Shell(scope as Scope, options);
  scope.addEventListener("install", (event) => (event as ExtendableEvent).waitUntil(shell.store()));
  scope.addEventListener("activate", (event) => (event as ExtendableEvent).waitUntil(shell.dropOthers()));
  scope.addEventListener("fetch", (event) => {
    const response = shell.answer((event as FetchEvent).request);
    if (response) (event as FetchEvent).respondWith(response);
  });
}

class Shell {
  readonly #scope: Scope;
  readonly #urls: ReadonlySet<string>;
  readonly #fallback: string | null;
  readonly #exclude: RegExp;
  readonly #cacheName: string;

  constructor(scope: Scope, { files, version = "", fallback, exclude = SERVER_PATHS }: ShellOptions) {
    this.#scope = scope;
    const { scope: base } = scope.registration;
    const urlOf = (path: string) => new URL(path, base).href;
    this.#urls = new Set(files.map((file) => urlOf(typeof file === "string" ? file : file.url)));
    const pages = [urlOf("."), urlOf("index.html")];
    this.#fallback = fallback
      ? urlOf(fallback)
      : fallback === null
        ? null
        : (pages.find((page) => this.#urls.has(page)) ?? null);
    this.#exclude = exclude;
    this.#cacheName = `${PREFIX}${new URL(base).pathname}-${hash(version + JSON.stringify(files))}`;
  }

  /** The cache gets all files or none: an incomplete shell would be worse than the old one. */
  async store(): Promise<void> {
    const cache = await caches.open(this.#cacheName);
    // The requests bypass the HTTP cache, because a page's address does not change with its content.
    await cache.addAll([...this.#urls].map((url) => new Request(url, { cache: "reload" })));
  }

  async dropOthers(): Promise<void> {
    const own = `${PREFIX}${new URL(this.#scope.registration.scope).pathname}-`;
    const others = (await caches.keys()).filter((name) => name.startsWith(own) && name !== this.#cacheName);
    await Promise.all(others.map((name) => caches.delete(name)));
    // Only the first version meets pages without a worker. It serves them from now on.
    await this.#scope.clients.claim();
  }

  /** `null`: the request is not the shell's. */
  answer(request: Request): Promise<Response> | null {
    const url = new URL(request.url);
    url.hash = "";
    url.search = "";
    const isOwn = url.origin === new URL(this.#scope.registration.scope).origin;
    if (request.method !== "GET" || !isOwn || this.#exclude.test(url.pathname)) return null;
    if (this.#urls.has(url.href)) return this.#cached(url.href, request);
    return request.mode === "navigate" && this.#fallback ? this.#cached(this.#fallback, request) : null;
  }

  async #cached(url: string, request: Request): Promise<Response> {
    const cache = await caches.open(this.#cacheName);
    // The browser may have removed the cache.
    return (await cache.match(url)) ?? fetch(request);
  }
}

/** FNV-1a of 32 bits: two versions of one application differ. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16);
}
