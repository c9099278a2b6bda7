// The first value of an observable as a promise.

import type { Observable } from "../../types";

/** Resolves with the first value that isn't `undefined`. */
export function firstValue<T>(observable: Observable<T | undefined>): Promise<T> {
  return new Promise((resolve) => {
    const stop = observable.subscribe((value) => {
      if (value === undefined) return;
      stop();
      resolve(value);
    });
  });
}
