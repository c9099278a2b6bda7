// The browser's events that suggest a change: network events, a tab that becomes visible or hidden. A worker has none of them.

export interface BrowserHints {
  /** `online` and `offline` events. */
  onNetwork(): void;
  onVisible(): void;
  /** The tab goes to the background and may not come back. */
  onHidden(): void;
  /** The browser is about to freeze the tab. */
  onFreeze(): void;
  /** The tab goes on after it was frozen. */
  onResume(): void;
}

/** Listens until the returned function is called. */
export function listenToBrowser(hints: BrowserHints): () => void {
  if (typeof document === "undefined") return () => {};
  const onVisibility = () => (document.visibilityState === "visible" ? hints.onVisible() : hints.onHidden());
  const ended = new AbortController();
  const options = { signal: ended.signal };
  addEventListener("online", hints.onNetwork, options);
  addEventListener("offline", hints.onNetwork, options);
  addEventListener("pagehide", hints.onHidden, options);
  document.addEventListener("visibilitychange", onVisibility, options);
  document.addEventListener("freeze", hints.onFreeze, options);
  document.addEventListener("resume", hints.onResume, options);
  return () => ended.abort();
}

/** The first guess, before any request. A browser that says "offline" is right; one that says "online" may be wrong. */
export function browserSaysOnline(): boolean {
  return globalThis.navigator?.onLine !== false;
}

/** A worker counts as visible: its timers aren't throttled while it runs. */
export function isVisible(): boolean {
  return typeof document === "undefined" || document.visibilityState === "visible";
}
