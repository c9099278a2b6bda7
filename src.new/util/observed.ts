// A mark of the `fetch` of an observer: requests pass through it, and it stands in for no other network.

const OBSERVED = Symbol.for("landfall.observed");

/** Marks `send` as the browser's own `fetch` that is observed. */
export function markObserved(send: typeof fetch): typeof fetch {
  return Object.assign(send, { [OBSERVED]: true });
}

/** Uploads may use XMLHttpRequest beside it. */
export function isObserved(send: typeof fetch): boolean {
  return OBSERVED in send;
}
