// A value that changes.

/**
 * A value that changes. `subscribe` calls back at once with the current value, then on each change, and returns a function that stops it. The value of
 * a list is `undefined` until it has been read.
 *
 * @example
 * const stop = landfall.sync.status.subscribe(({ state }) => show(state));
 */
export interface Observable<T> {
  /** The current value. The same reference until it changes. */
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
  /** What it shows: two observables with equal members here show the same. React's `useObservable` keeps one of them. */
  readonly key?: readonly unknown[];
}
