// Goes back in a session: first through what this device has and doesn't show, then page by page at the server.

import Dexie, { type Collection } from "dexie";
import { readWindow } from "../db/app-state";
import type { MessageRow, UserDatabase } from "../db/database";
import type { LoadOlderResult } from "../types";
import type { MessageLoader } from "./load";
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

/** The position from which on a session is shown: never past a gap. For liveQuery; it reads one key and none of the rows before. */
export async function shownFrom(db: UserDatabase, sessionId: string, { newest, from }: View): Promise<number> {
  const floor = await floorOf(db, sessionId);
  if (from !== null) return Math.max(floor, from);
  const last = rowsBetween(db, sessionId, floor).reverse();
  return (await oldestOf(last.offset(newest - 1).limit(1))) ?? floor;
}

/** Opens up to `view.newest` more rows of this device; without any, the server's next page. A session that isn't on screen has only the latter. */
export async function openOlder(
  db: UserDatabase,
  loader: MessageLoader,
  views: Views,
  sessionId: string,
): Promise<LoadOlderResult> {
  const view = views.get(sessionId);
  if (view) {
    const shown = await shownFrom(db, sessionId, view);
    const floor = await floorOf(db, sessionId);
    let from = await oldestOf(rowsBetween(db, sessionId, floor, shown).reverse().limit(view.newest));
    if (from !== undefined) {
      // An unsent row moves when it is sent, the last sent one doesn't: from there on, all that is unsent now is shown before and after.
      if (from >= UNSENT_POSITION)
        from = (await oldestOf(rowsBetween(db, sessionId, floor, UNSENT_POSITION).reverse().limit(1))) ?? floor;
      const loaded = await rowsBetween(db, sessionId, from, shown).count();
      await views.openFrom(sessionId, from);
      return { loaded, hasMore: true };
    }
  }
  const result = await loader.loadOlder(sessionId);
  // What came is shown, however long the session is by now.
  await views.openFrom(sessionId, await floorOf(db, sessionId));
  return result;
}

/** Below it there may be gaps. */
async function floorOf(db: UserDatabase, sessionId: string): Promise<number> {
  return (await readWindow(db.appState, sessionId))?.floor ?? 0;
}

/** The position of the last of these rows, which come newest first; by the keys of the index alone. */
async function oldestOf(rows: Collection<MessageRow, string>): Promise<number | undefined> {
  return ((await rows.keys()) as unknown as [string, number][]).at(-1)?.[1];
}
