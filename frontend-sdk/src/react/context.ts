// The client in a React tree, and the hook that reads its observables.

import { createContext, createElement, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import type { ConnectivityState, Landfall, Observable } from "../types";

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
    void client.start();
  }, [client]);
  return createElement(LandfallContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. Throws an Error without one. */
export function useLandfall(): Landfall {
  const client = useContext(LandfallContext);
  if (!client) throw new Error("useLandfall needs a <LandfallProvider> above it");
  return client;
}

/** The value of an observable of the client. The observable itself must be stable (`useMemo`). */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get, observable.get);
}

export function useConnectivity(): ConnectivityState {
  return useObservable(useLandfall().connectivity.status);
}
