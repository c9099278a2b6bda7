// Reads of observables that React may begin again at any time: a render that suspends loses its hooks, so what it reads is held here.

import { NotSignedInError } from "../errors";
import type { WorkspaceSource } from "../store/live";
import type { Landfall, Observable } from "../types";

/** How long a value stays connected without a component: a render that suspends holds nothing, and StrictMode unmounts and mounts again. */
const IDLE_MS = 5_000;

/** The connected reads of each client. */
const reads = new WeakMap<Landfall, Set<SuspendedRead<unknown>>>();

/** The read of an observable: the same one in every render, as long as a component uses it. */
export function readOf<T>(client: Landfall, observable: Observable<T>): SuspendedRead<T> {
  const connected = reads.get(client) ?? new Set();
  reads.set(client, connected);
  for (const read of connected) if (sameQuery(read.observable, observable)) return read as SuspendedRead<T>;
  return new SuspendedRead(client, observable, connected);
}

/** Whether both show the same. An observable without a key shows what it shows. */
export function sameQuery(one: Observable<unknown>, other: Observable<unknown>): boolean {
  if (!one.key || !other.key) return one === other;
  return one.key.length === other.key.length && one.key.every((member, index) => Object.is(member, other.key?.[index]));
}

export class SuspendedRead<T> {
  readonly observable: Observable<T>;
  readonly #client: Landfall;
  readonly #connected: Set<SuspendedRead<unknown>>;
  #stop: (() => void) | null = null;
  #holders = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #starting = true;
  #fault: { error: unknown } | null = null;
  #waiting: { promise: Promise<void>; wake(): void } | null = null;

  constructor(client: Landfall, observable: Observable<T>, connected: Set<SuspendedRead<unknown>>) {
    this.#client = client;
    this.observable = observable;
    this.#connected = connected;
  }

  readonly get = (): T => this.observable.get();

  /** For a component that is mounted. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#connect();
    this.#holders += 1;
    clearTimeout(this.#idle);
    const stop = this.observable.subscribe(listener);
    return () => {
      stop();
      this.#holders -= 1;
      this.#rest();
    };
  };

  /**
   * The value, for a render. Throws a promise until there is one: React renders again when it is resolved. Throws the error of a client that can't
   * start, and NotSignedInError where no user is signed in.
   */
  value(): Exclude<T, undefined> {
    const shown = this.get();
    if (shown !== undefined) return shown as Exclude<T, undefined>;
    this.#connect();
    const first = this.get();
    if (first !== undefined) return first as Exclude<T, undefined>;
    const error = this.#error();
    if (error === null) throw this.#wait();
    // The next render of an error boundary begins again.
    this.#end();
    throw error;
  }

  #connect(): void {
    if (this.#stop) return;
    this.#connected.add(this as SuspendedRead<unknown>);
    this.#fault = null;
    this.#starting = true;
    this.#stop = this.observable.subscribe((value) => {
      if (value !== undefined) this.#wake();
    });
    this.#rest();
    // A component that suspends above every boundary would keep the provider from starting the client.
    this.#client.start().then(
      () => this.#onStarted(null),
      (error: unknown) => this.#onStarted({ error }),
    );
  }

  #onStarted(fault: { error: unknown } | null): void {
    this.#starting = false;
    this.#fault = fault;
    if (this.#error() !== null) this.#wake();
  }

  #error(): unknown {
    if (this.#starting) return null;
    if (this.#fault) return this.#fault.error;
    const source = this.observable.key?.[0] as Partial<WorkspaceSource> | undefined;
    return source?.current?.get() === null ? new NotSignedInError() : null;
  }

  #wait(): Promise<void> {
    if (!this.#waiting) {
      let wake = () => {};
      const promise = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.#waiting = { promise, wake };
    }
    return this.#waiting.promise;
  }

  #wake(): void {
    this.#waiting?.wake();
    this.#waiting = null;
  }

  /** Ends the connection in a while, unless a component holds it or a render waits. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#holders > 0 || !this.#stop) return;
    this.#idle = setTimeout(() => (this.#waiting ? this.#rest() : this.#end()), IDLE_MS);
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#stop?.();
    this.#stop = null;
    this.#connected.delete(this as SuspendedRead<unknown>);
  }
}
