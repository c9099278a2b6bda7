// Background work of a kind in the leading tab, beside the sync loop (uploads of files).

import type { Connectivity } from "../connectivity/connectivity";
import type { Http } from "../http/client";
import type { UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";
import type { Identity } from "./identity";

export interface WorkerParts {
  userId: string;
  options: LandfallOptions;
  db: UserDatabase;
  http: Http;
  clock: Clock;
  connectivity: Connectivity;
  identity: Identity;
  /** Entries that waited for this work may be sent. */
  onDone(): void;
}

export interface KindWorker {
  /** Works until `signal` aborts. */
  lead(signal: AbortSignal): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** The server may be reachable again, or the user asks: delays end. */
  retryNow(): void;
  close(): void;
}
