// A value that changes.

/**
 * A value that changes. `subscribe` calls back on each change, not at once, and returns a function that stops it.
 *
 * @example
 * const status = landfall.sync.status;
 * show(status.get());
 * const stop = status.subscribe(show);
 */
export interface Observable<T> {
  /** The current value. The same reference until it changes. */
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}
