// Whether the server can be reached.

import type { Observable } from "./observable";

export interface ConnectivityState {
  /** By the last answer of the server, or its absence; never by `navigator.onLine` alone. */
  online: boolean;
  /** The switch `simulateOffline`. */
  simulatedOffline: boolean;
}

export interface ConnectivityControl {
  readonly status: Observable<ConnectivityState>;
  /** Cuts (or restores) the application's connection to the server in every tab, also across reloads. For demos and tests. */
  simulateOffline(offline: boolean): Promise<void>;
}
