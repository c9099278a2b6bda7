// From an observable to one answer.

import type { Observable } from "../../types";

/** The first value that has been read. */
export function firstValue<T>(observable: Observable<T | undefined>): Promise<T> {
  return new Promise((resolve) => {
    const stop = observable.subscribe((value) => {
      if (value === undefined) return;
      stop();
      resolve(value);
    });
  });
}
