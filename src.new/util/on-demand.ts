// Code in a chunk of its own, which is loaded once and kept.

export class OnDemand<M> {
  readonly #fetch: () => Promise<M>;
  #loaded: M | null = null;
  #loading: Promise<M> | null = null;

  constructor(fetch: () => Promise<M>) {
    this.#fetch = fetch;
  }

  /** What is loaded by now. */
  get loaded(): M | null {
    return this.#loaded;
  }

  /** In place of the chunk, where the code is bundled: a service worker can't load one. */
  provide(code: M): void {
    this.#loaded = code;
  }

  /** Rejects where it can't be loaded; the next call tries again. */
  async load(): Promise<M> {
    if (this.#loaded) return this.#loaded;
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = null;
    });
    this.#loaded = await this.#loading;
    return this.#loaded;
  }
}
