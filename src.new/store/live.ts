// Live queries on the database of the signed-in user.

import type { Clock } from "../types/clock";
import type { Observable } from "../types/observable";
import { type Cell, lazyObservable } from "../util/observable";
import { report } from "../util/report";
import type { AppState, UserState } from "./app-state";
import type { UserDatabase } from "./synced-kind";
import { watch } from "./watch";

/** What the faces of the client need of the open workspace. */
export interface OpenWorkspace {
  readonly userId: string;
  readonly db: UserDatabase;
  readonly state: AppState<UserState>;
  readonly clock: Clock;
  /** The background work of kinds, by the kind's name in the registry. */
  readonly workers: ReadonlyMap<string, unknown>;
  /** How many live queries of this tab have begun and not shown their result yet. */
  readonly reading: Cell<number>;
  /** Whether the server can be asked in the user's name. */
  readonly online: () => boolean;
  /** Tells the leading tab that a local write was saved. */
  wrote(): void;
  /** Sends what waits without quiet periods and delays. */
  retryAllNow(): Promise<void>;
  /** Pulls soon, in the leading tab. */
  refresh(): void;
}

export interface WorkspaceSource {
  /** The workspace of the signed-in user; `null` for none. */
  readonly current: Observable<OpenWorkspace | null>;
  /** Rejects with NotSignedInError. */
  required(): Promise<OpenWorkspace>;
}

export interface LiveOptions<T> {
  /** What the query reads, for {@link Observable.key}: a name and its parameters. */
  key: readonly unknown[];
  query(workspace: OpenWorkspace): Promise<T>;
  /** Turns a result into the value to show. `before` is the value shown until now, of the same user. */
  accept?(before: T | undefined, next: T): T;
  /**
   * Called with the first subscriber; the returned function with the last one's end. `reread` runs the query again although no row has changed,
   * and resolves when the result is shown or there is no subscriber any more.
   */
  opened?(workspace: OpenWorkspace, reread: () => Promise<void>): () => void;
}

/** A live query on the database of the signed-in user. A change of user resets the value to `undefined` first. */
export function liveOf<T>(source: WorkspaceSource, options: LiveOptions<T>): Observable<T | undefined> {
  const { key, query, accept = (_before, next) => next, opened = () => () => {} } = options;
  let shownOf: OpenWorkspace | null = null;
  let shown: T | undefined;
  const live = lazyObservable<T | undefined>(undefined, (set) => {
    let stop = () => {};
    let waiting: (() => void)[] = [];
    const show = (next: T | undefined) => {
      shown = next;
      set(next);
      resolveWaiting();
    };
    const resolveWaiting = () => {
      for (const resolve of waiting) resolve();
      waiting = [];
    };
    const follow = (workspace: OpenWorkspace | null) => {
      stop();
      stop = () => {};
      // A new subscriber of the same user sees the last rows until the query has run.
      if (workspace !== shownOf) show(undefined);
      shownOf = workspace;
      if (!workspace) return;
      const read = () => {
        const { reading } = workspace;
        let runs = 0;
        const mark = (now: 0 | 1) => {
          reading.set(reading.get() + now - runs);
          runs = now;
        };
        const unwatch = watch(
          () => {
            mark(1);
            return query(workspace).catch((error: unknown) => {
              mark(0);
              throw error;
            });
          },
          (next) => {
            show(accept(shown, next));
            mark(0);
          },
        );
        return () => {
          unwatch();
          mark(0);
        };
      };
      const closed = opened(workspace, () => {
        unwatch();
        unwatch = read();
        return new Promise((resolve) => waiting.push(resolve));
      });
      let unwatch = read();
      stop = () => {
        unwatch();
        closed();
        resolveWaiting();
      };
    };
    const unfollow = source.current.subscribe(follow);
    return () => {
      unfollow();
      stop();
    };
  });
  return { ...live, key: [source, ...key] };
}

/** A live query whose code is loaded with the first subscriber. Inside a live query nothing can be loaded. */
export function liveOnDemand<C, T>(
  source: WorkspaceSource,
  load: () => Promise<C>,
  {
    query,
    ...options
  }: Omit<LiveOptions<T>, "query" | "opened"> & {
    query(code: C, workspace: OpenWorkspace): Promise<T>;
  },
): Observable<T | undefined> {
  let live: Observable<T | undefined> | undefined;
  const waiting = lazyObservable<T | undefined>(undefined, (set) => {
    let stop = () => {};
    let isLeft = false;
    load().then((code) => {
      if (isLeft) return;
      live ??= liveOf(source, { ...options, query: (workspace) => query(code, workspace) });
      stop = live.subscribe(set);
    }, report);
    return () => {
      isLeft = true;
      stop();
    };
  });
  return { ...waiting, key: [source, ...options.key] };
}

/** Keeps the objects of rows that look the same, so that a list on screen renders only what changed. */
export function keepUnchanged<R extends { id: string }>(
  before: readonly R[] | undefined,
  after: R[],
  fingerprintOf: (row: R) => string,
): R[] {
  const known = new Map(before?.map((row) => [row.id, row]));
  return after.map((row) => {
    const old = known.get(row.id);
    return old && fingerprintOf(old) === fingerprintOf(row) ? old : row;
  });
}
