// Which sessions are on screen in this tab, and how far back each is open. In memory: who opens a session anew begins at its end.
// It knows numbers only; the rows are read in observe.ts.

/** Rows of a session that are shown, and read at each change, before anybody asks for older ones. */
export const NEWEST = 200;

/** How much of a session is on screen: its newest rows, and all from the position on that `loadOlder` has opened. */
export interface View {
  /** Rows at the end that are shown in any case. */
  newest: number;
  /** Everything from this position on is shown as well; `null` until older rows were asked for. Never an unsent row's. */
  from: number | null;
}

interface Watched extends View {
  /** One for each watcher. */
  rereads: Set<() => Promise<void>>;
}

export class Views {
  readonly #watched = new Map<string, Watched>();

  /** The sessions on screen. */
  get sessionIds(): readonly string[] {
    return [...this.#watched.keys()];
  }

  /** Of a session on screen; `undefined` of any other. */
  get(sessionId: string): View | undefined {
    return this.#watched.get(sessionId);
  }

  /** A session is on screen until the returned function is called. `reread` is called when more of it was opened. */
  add(sessionId: string, newest: number, reread: () => Promise<void>): () => void {
    const view = this.#watched.get(sessionId) ?? { newest, from: null, rereads: new Set() };
    // Of several watchers the one that shows most says where older rows begin.
    view.newest = Math.max(view.newest, newest);
    const entry = () => reread();
    view.rereads.add(entry);
    this.#watched.set(sessionId, view);
    return () => {
      view.rereads.delete(entry);
      if (view.rereads.size === 0) this.#watched.delete(sessionId);
    };
  }

  /** Shows everything from `position` on; resolves when it is shown. */
  async openFrom(sessionId: string, position: number): Promise<void> {
    const view = this.#watched.get(sessionId);
    if (!view || (view.from !== null && view.from <= position)) return;
    view.from = position;
    await Promise.all([...view.rereads].map((reread) => reread()));
  }
}
