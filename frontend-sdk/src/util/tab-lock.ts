// A Web Lock of one application, shared by its tabs.

import type { LockManagerLike } from "../types/options";

/** `navigator.locks`, or `undefined` outside a secure context. */
export function browserLocks(): LockManagerLike | undefined {
  return typeof navigator === "undefined" ? undefined : navigator.locks;
}

export class TabLock {
  readonly #locks: LockManagerLike | undefined;
  readonly #name: string;

  constructor(locks: LockManagerLike | undefined, appName: string, name: string) {
    this.#locks = locks;
    this.#name = `landfall:${appName}:${name}`;
  }

  /** Runs `work` beside other holders of the shared lock and never beside an exclusive one. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, { mode: "shared" }, work) : work();
  }

  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? this.#locks.request(this.#name, work) : work();
  }
}
