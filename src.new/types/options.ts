// The options of a client.

import type { FilesOptions } from "./assets";
import type { Clock } from "./clock";
import type { ConflictPolicy } from "./conflicts";
import type { Sealing } from "./sealing";

/** What the SDK needs of `navigator.locks`. */
export type LockManagerLike = Pick<LockManager, "request">;

/** What the SDK needs of a BroadcastChannel. */
export interface ChannelLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(data: unknown): void;
  close(): void;
}

/** Where an application keeps the session's token. A program that reads the token can act as the user, so keep it where only the app can read it. */
export interface SessionTokenStore {
  get(): string | null | Promise<string | null>;
  set(token: string | null): void | Promise<void>;
}

export interface LandfallOptions {
  /** The server's origin. Default: the page's own; outside a browser there is none. */
  baseUrl?: string;
  /** The name of the application's databases in the browser: 1 to 64 letters, digits, `-` and `_`. */
  name: string;
  /** Lets the application be used before any sign-in: what is written then is kept on the device until `guest.claim()`. Default: false. */
  guest?: boolean;
  /**
   * The chat session whose messages a new device receives first. Default: the one that changed last.
   *
   * @example
   * currentSessionId: () => location.hash.slice(1)
   */
  currentSessionId?: () => string | null | undefined;
  /** Conflict policies by collection, in place of those that are declared. */
  conflicts?: Readonly<Record<string, ConflictPolicy>>;
  /**
   * Token mode: requests carry the session's token, which the app keeps, and no cookie. For apps in a shell (Capacitor, Tauri, browser extensions) and
   * pages of another site than the server, where browsers keep no cookie of the server. Default: the cookie, which scripts can't read.
   *
   * @example
   * sessionToken: {
   *   get: () => localStorage.getItem("token"),
   *   set: (token) => (token === null ? localStorage.removeItem("token") : localStorage.setItem("token", token)),
   * }
   */
  sessionToken?: SessionTokenStore;
  /** Encrypts secrets, and collections of your choice, before they are sent: `createSealing()` of `@landfall/client/sealing`. */
  sealing?: Sealing;
  /** How much room files may take on this device, and how long they stay. */
  files?: FilesOptions;
  /** Default: the global `fetch`, and XMLHttpRequest for uploads, which reports their progress. */
  fetch?: typeof fetch;
  /** Default: `navigator.locks`. Without one every tab sends, and only the server's idempotency prevents duplicates. */
  locks?: LockManagerLike;
  /** Default: a BroadcastChannel of this name. */
  channels?: (name: string) => ChannelLike;
  /** Default: the real clock and Math.random. */
  clock?: Clock;
  /** Default: the global IndexedDB. */
  storage?: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange };
}
