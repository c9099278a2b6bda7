// The two kinds of observable that the SDK offers: a cell that is set, and one that is connected only while it has subscribers.

import type { Observable } from "../types/observable";
import { report } from "./report";

/** A value that its owner sets. Members are bound, so that they can be passed around (React does). */
export class Cell<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: (value: T) => void): (() => void) => {
    const stop = this.onChange(listener);
    listener(this.#value);
    return stop;
  };

  /** Like `subscribe`, but calls back on changes only. */
  readonly onChange = (listener: (value: T) => void): (() => void) => {
    // A wrapper, so that the same function subscribed twice is two subscriptions.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  /** Calls the listeners, unless it is the same value. A listener that throws stops neither the others nor the caller. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        report(error);
      }
    }
  }
}

/**
 * An observable that is connected to its source from the first subscriber to the last, and then keeps its last value. `connect` receives the
 * setter and returns a function that disconnects.
 */
export function lazyObservable<T>(initial: T, connect: (set: (value: T) => void) => () => void): Observable<T> {
  const cell = new Cell(initial);
  let subscribers = 0;
  let disconnect = () => {};
  return {
    get: cell.get,
    subscribe(listener) {
      subscribers += 1;
      // The source may change the value at once: the listener must not see the old one.
      if (subscribers === 1) disconnect = connect((value) => cell.set(value));
      const stop = cell.subscribe(listener);
      let active = true;
      return () => {
        if (!active) return;
        active = false;
        stop();
        subscribers -= 1;
        if (subscribers === 0) disconnect();
      };
    },
  };
}
