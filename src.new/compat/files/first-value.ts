// The first value of an observable as a promise.

import type { Observable } from "../../types";

/** Resolves with the first value that isn't `undefined`. */
export function firstValue<T>(observable: Observable<T | undefined>): Promise<T> {
  return new Promise((resolve) => {
    let stop = () => {};
    let found = false;
    stop = observable.subscribe((value) => {
      if (value === undefined) return;
      found = true;
      stop();
      resolve(value);
    });
    // The first call came before `subscribe` had returned.
    if (found) stop();
  });
}
