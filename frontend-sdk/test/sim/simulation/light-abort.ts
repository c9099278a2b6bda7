// AbortController without events of the platform: a simulation makes many, most of them never abort, and Node's own take a tenth of its time.

/** What listeners of the platform are given, as far as they use it. */
interface Aborted {
  type: "abort";
  target: LightSignal;
}
type Listener = (this: LightSignal, event: Aborted) => void;

class LightSignal {
  aborted = false;
  reason: unknown;
  onabort: Listener | null = null;
  #listeners: Listener[] = [];

  addEventListener(_type: "abort", listener: Listener): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: Listener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const event: Aborted = { type: "abort", target: this };
    this.onabort?.call(this, event);
    for (const listener of this.#listeners) listener.call(this, event);
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
