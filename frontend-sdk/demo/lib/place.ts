// Which of the app's two places is open, by the address: the chats, or the files.
import { useSyncExternalStore } from "react";

export const filesHash = "#/files";

/** The address behind the #, as it changes. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
