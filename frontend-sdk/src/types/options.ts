// The options of a client.

import type { FilesOptions } from "./assets";
import type { Clock } from "./clock";
import type { ConflictPolicy } from "./conflicts";

/** What the SDK needs of `navigator.locks`. */
export type LockManagerLike = Pick<LockManager, "request">;

export interface LandfallOptions {
  /** The server's origin. Default: the page's own. */
  baseUrl?: string;
  /** The name of the application's databases in the browser: 1 to 64 letters, digits, `-` and `_`. */
  name: string;
  /** Lets the application be used before any sign-in: what is written then is kept on the device until `guest.claim()`. Default: false. */
  guest?: boolean;
  /** Conflict policies by collection, in place of those that are declared. */
  conflicts?: Readonly<Record<string, ConflictPolicy>>;
  /** How much room files may take on this device, and how long they stay. */
  files?: FilesOptions;
  /** Default: the global `fetch`, and XMLHttpRequest for uploads, which reports their progress. */
  fetch?: typeof fetch;
  /** Default: `navigator.locks`. Without one every tab sends, and only the server's idempotency prevents duplicates. */
  locks?: LockManagerLike;
  /** Default: the real clock and Math.random. */
  clock?: Clock;
  /** Default: the global IndexedDB. */
  storage?: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange };
}
