// What an application watches of one user's data: live queries that follow whoever is signed in. It knows no table and no row.

import { watch } from "./db/watch";
import { lazyObservable } from "./observable";
import type { Observable } from "./types";
import type { Workspace } from "./workspace";

/** The workspace of whoever is signed in. */
export interface WorkspaceSource {
  readonly current: Observable<Workspace | null>;
  /** Rejects with NotSignedInError. */
  required(): Promise<Workspace>;
}

export interface LiveOptions<T> {
  query(workspace: Workspace): Promise<T>;
  /** What is shown of a result; `before` is what was shown until now, of the same user. */
  accept?(before: T | undefined, next: T): T;
  /**
   * Somebody watches, until the returned function is called. `reread`: the query would give something else, though no row has changed;
   * resolves when that is shown, or nobody watches any more.
   */
  opened?(workspace: Workspace, reread: () => Promise<void>): () => void;
}

/** A live query on the database of whoever is signed in; another user's rows are gone with the first change. */
export function liveOf<T>(source: WorkspaceSource, options: LiveOptions<T>): Observable<T | undefined> {
  const { query, accept = (_before, next) => next, opened = () => () => {} } = options;
  let shownOf: Workspace | null = null;
  let shown: T | undefined;
  return lazyObservable<T | undefined>(undefined, (set) => {
    let stop = () => {};
    let waiting: (() => void)[] = [];
    const show = (next: T | undefined) => {
      shown = next;
      set(next);
      settle();
    };
    const settle = () => {
      for (const resolve of waiting) resolve();
      waiting = [];
    };
    const follow = (workspace: Workspace | null) => {
      stop();
      stop = () => {};
      // Who subscribes again sees the last rows meanwhile; who signs in anew sees nobody else's.
      if (workspace !== shownOf) show(undefined);
      shownOf = workspace;
      if (!workspace) return;
      const read = () =>
        watch(
          () => query(workspace),
          (next) => show(accept(shown, next)),
        );
      const closed = opened(workspace, () => {
        unwatch();
        unwatch = read();
        return new Promise((resolve) => waiting.push(resolve));
      });
      let unwatch = read();
      stop = () => {
        unwatch();
        closed();
        settle();
      };
    };
    const unfollow = source.current.subscribe(follow);
    follow(source.current.get());
    return () => {
      unfollow();
      stop();
    };
  });
}
