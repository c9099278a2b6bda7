// The browser's events that suggest a change: network events, a tab that becomes visible or hidden. A worker has none of them.

export interface BrowserHints {
  /** `online` and `offline` events. */
  onNetwork(): void;
  onVisible(): void;
  /** The tab goes to the background and may not come back. */
  onHidden(): void;
  /** The browser is about to freeze the tab. */
  onFreeze(): void;
}

/** Listens until the returned function is called. */
export function listenToBrowser(hints: BrowserHints): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => {};
  const onVisibility = () => (document.visibilityState === "visible" ? hints.onVisible() : hints.onHidden());
  window.addEventListener("online", hints.onNetwork);
  window.addEventListener("offline", hints.onNetwork);
  window.addEventListener("pagehide", hints.onHidden);
  document.addEventListener("visibilitychange", onVisibility);
  document.addEventListener("freeze", hints.onFreeze);
  return () => {
    window.removeEventListener("online", hints.onNetwork);
    window.removeEventListener("offline", hints.onNetwork);
    window.removeEventListener("pagehide", hints.onHidden);
    document.removeEventListener("visibilitychange", onVisibility);
    document.removeEventListener("freeze", hints.onFreeze);
  };
}

/** The first guess, before any request. A browser that says "offline" is right; one that says "online" may be wrong. */
export function browserSaysOnline(): boolean {
  return typeof navigator === "undefined" || navigator.onLine !== false;
}

/** A worker counts as visible: its timers aren't throttled while it runs. */
export function isVisible(): boolean {
  return typeof document === "undefined" || document.visibilityState === "visible";
}
