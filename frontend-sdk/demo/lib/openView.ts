// The open view, from the URL: chats, files or assistants.
import { useSyncExternalStore } from "react";

export const filesHash = "#/files";
export const marketHash = "#/assistants";

/** The parts of the assistants' view. The market has no name in the URL. */
export type MarketPart = "market" | "mine" | "review" | "audit";

/** The view that a hash names. */
export function viewOf(hash: string): "chat" | "files" | "assistants" {
  if (hash === filesHash) return "files";
  return hash === marketHash || hash.startsWith(`${marketHash}/`) ? "assistants" : "chat";
}

export function hashOfPart(part: MarketPart): string {
  return part === "market" ? marketHash : `${marketHash}/${part}`;
}

/** The part that a hash names. An unknown name is the market. */
export function partOf(hash: string): MarketPart {
  const parts: MarketPart[] = ["mine", "review", "audit"];
  return parts.find((part) => hash === hashOfPart(part)) ?? "market";
}

/** The URL's hash, updated on every change. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
