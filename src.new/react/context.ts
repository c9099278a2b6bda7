// The client in a React tree, and the hook that reads its observables.

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from "react";
import type { ConnectivityState, Landfall, Observable } from "../types";
import { report } from "../util/report";
import { sameQuery } from "./suspended";

const LandfallContext = createContext<Landfall | null>(null);

/**
 * Starts the client and gives it to the hooks below. The code that created the client closes it.
 *
 * @example
 * createRoot(root).render(<LandfallProvider client={landfall}><App /></LandfallProvider>);
 */
export function LandfallProvider(props: { client: Landfall; children?: ReactNode }): ReactNode {
  const { client, children } = props;
  useEffect(() => {
    // Why it can't start is in the status.
    client.start().catch(report);
  }, [client]);
  return createElement(LandfallContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. Throws an Error without one. */
export function useLandfall(): Landfall {
  const client = useContext(LandfallContext);
  if (!client) throw new Error("useLandfall needs a <LandfallProvider> above it");
  return client;
}

/**
 * The value of an observable. Observables of the client may be made in the call, since those of one query are the same. An observable of your own must
 * be stable (`useMemo`).
 *
 * @example
 * const open = useObservable(landfall.collections.rules.all());
 */
export function useObservable<T>(observable: Observable<T>): T {
  const held = useRef(observable);
  if (!sameQuery(held.current, observable)) held.current = observable;
  const { subscribe, get } = held.current;
  return useSyncExternalStore(subscribe, get, get);
}

/** The client of the nearest provider; `null` without one. */
export function useLandfallIfAny(): Landfall | null {
  return useContext(LandfallContext);
}

export function useConnectivity(): ConnectivityState {
  return useObservable(useLandfall().connectivity.status);
}
