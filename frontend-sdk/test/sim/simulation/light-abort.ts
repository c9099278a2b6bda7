// AbortController without events of the platform: a simulation makes many, most of them never abort, and Node's own take a tenth of its time.

type Listener = (() => void) | null;

class LightSignal {
  aborted = false;
  reason: unknown;
  onabort: Listener = null;
  #listeners: (() => void)[] = [];

  addEventListener(_type: "abort", listener: () => void): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.onabort?.();
    for (const listener of this.#listeners) listener();
  }
}

class LightController {
  readonly signal = new LightSignal();

  abort(reason: unknown = ABORTED): void {
    this.signal.abort(reason);
  }
}

/** One for all: an error of its own for each would cost a stack each. */
const ABORTED = new DOMException("This operation was aborted", "AbortError");

/** Replaces AbortController, for code that listens to signals itself. Node's own functions don't take them. */
export function replaceAbort(): void {
  Object.assign(globalThis, { AbortController: LightController });
}
