// The open view, from the URL: chats or files.
import { useSyncExternalStore } from "react";

export const filesHash = "#/files";

/** The URL's hash, updated on every change. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
