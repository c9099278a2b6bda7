// Goes back in a session, through what this device has. While the first pull is under way there may be more to come; then it waits for that.

import Dexie, { type Collection } from "dexie";
import { AppState, type UserState } from "../db/app-state";
import type { MessageRow, UserDatabase } from "../db/database";
import { watch } from "../db/watch";
import { OfflineError } from "../errors";
import type { LoadOlderResult } from "../types";
import { UNSENT_POSITION } from "./message-writes";
import type { View, Views } from "./views";

/** A session's rows from `from` on and before `to`. */
export function rowsBetween(
  db: UserDatabase,
  sessionId: string,
  from: number,
  to: unknown = Dexie.maxKey,
): Collection<MessageRow, string> {
  return db.chatMessages.where("[sessionId+position]").between([sessionId, from], [sessionId, to]);
}

/** The position from which on a session is shown. For liveQuery; it reads one key and none of the rows before. */
export async function shownFrom(db: UserDatabase, sessionId: string, { newest, from }: View): Promise<number> {
  if (from !== null) return from;
  const last = rowsBetween(db, sessionId, 0).reverse();
  return (await oldestOf(last.offset(newest - 1).limit(1))) ?? 0;
}

/** Opens up to `view.newest` more rows. A session that isn't on screen has nothing to open. */
export async function openOlder(
  db: UserDatabase,
  views: Views,
  sessionId: string,
  online: () => boolean,
): Promise<LoadOlderResult> {
  const view = views.get(sessionId);
  if (!view) return { loaded: 0, hasMore: false };
  if (!(await anyOlder(db, sessionId, view))) await untilPulled(db, sessionId, view, online);
  // What came meanwhile may have moved the window.
  const shown = await shownFrom(db, sessionId, view);
  let from = await oldestOf(rowsBetween(db, sessionId, 0, shown).reverse().limit(view.newest));
  if (from === undefined) return { loaded: 0, hasMore: false };
  // An unsent row moves when it is sent, the last sent one doesn't: from there on, all that is unsent now is shown before and after.
  if (from >= UNSENT_POSITION)
    from = (await oldestOf(rowsBetween(db, sessionId, 0, UNSENT_POSITION).reverse().limit(1))) ?? 0;
  const loaded = await rowsBetween(db, sessionId, from, shown).count();
  await views.openFrom(sessionId, from);
  return { loaded, hasMore: (await anyBefore(db, sessionId, from)) || !(await isComplete(db)) };
}

/** Until there are older rows, or the pull has brought everything. */
async function untilPulled(db: UserDatabase, sessionId: string, view: View, online: () => boolean): Promise<void> {
  if (await isComplete(db)) return;
  if (!online()) throw new OfflineError();
  await new Promise<void>((resolve) => {
    const stop = watch(
      async () => (await anyOlder(db, sessionId, view)) || (await isComplete(db)),
      (there) => {
        if (!there && online()) return;
        // The first answer may come before `watch` has returned.
        queueMicrotask(() => stop());
        resolve();
      },
    );
  });
}

async function anyOlder(db: UserDatabase, sessionId: string, view: View): Promise<boolean> {
  return anyBefore(db, sessionId, await shownFrom(db, sessionId, view));
}

async function anyBefore(db: UserDatabase, sessionId: string, position: number): Promise<boolean> {
  return (await rowsBetween(db, sessionId, 0, position).limit(1).count()) > 0;
}

async function isComplete(db: UserDatabase): Promise<boolean> {
  return (await new AppState<UserState>(db.appState).get("sync.pull"))?.complete ?? false;
}

/** The position of the last of these rows, which come newest first; by the keys of the index alone. */
async function oldestOf(rows: Collection<MessageRow, string>): Promise<number | undefined> {
  return ((await rows.keys()) as unknown as [string, number][]).at(-1)?.[1];
}
