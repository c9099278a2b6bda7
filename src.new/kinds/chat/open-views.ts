// Which sessions are on screen in this tab, and how far back each is shown. In memory: a session that is opened again shows its newest messages.

import type { OpenWorkspace } from "../../store/live";

/** Messages of a session that are shown, and read at each change, before `loadOlder`. */
export const NEWEST = 200;

export interface View {
  /** How many of the newest messages are shown at least. */
  newest: number;
  /** All messages from this position on are shown too; `null` before `loadOlder`. Never the position of an unsent message. */
  from: number | null;
}

interface OpenView extends View {
  /** One per subscriber. */
  rereads: Set<() => Promise<void>>;
}

const ofWorkspaces = new WeakMap<OpenWorkspace, OpenViews>();

export class OpenViews {
  readonly #views = new Map<string, OpenView>();

  /** The views of a user in this tab. */
  static of(workspace: OpenWorkspace): OpenViews {
    const views = ofWorkspaces.get(workspace) ?? new OpenViews();
    ofWorkspaces.set(workspace, views);
    return views;
  }

  /** `undefined` for a session that isn't on screen. */
  get(sessionId: string): View | undefined {
    return this.#views.get(sessionId);
  }

  /** Marks a session as on screen until the returned function is called. `reread` is called when more of it is to be shown. */
  add(sessionId: string, newest: number, reread: () => Promise<void>): () => void {
    const view = this.#views.get(sessionId) ?? { newest, from: null, rereads: new Set() };
    // Older messages begin behind the largest view of the session.
    view.newest = Math.max(view.newest, newest);
    const entry = () => reread();
    view.rereads.add(entry);
    this.#views.set(sessionId, view);
    return () => {
      view.rereads.delete(entry);
      if (view.rereads.size === 0) this.#views.delete(sessionId);
    };
  }

  /** Shows everything from `position` on. Resolves when it is shown. */
  async openFrom(sessionId: string, position: number): Promise<void> {
    const view = this.#views.get(sessionId);
    if (!view || (view.from !== null && view.from <= position)) return;
    view.from = position;
    await Promise.all([...view.rereads].map((reread) => reread()));
  }
}
