// Shows older messages of a session, from what this device has. During the first pull more may arrive; then it waits for that. Loaded on demand
// (kinds/edits.ts).

import { OfflineError } from "../../errors";
import { AppState, type UserState } from "../../store/app-state";
import type { UserDatabase } from "../../store/synced-kind";
import { watch } from "../../store/watch";
import type { LoadOlderResult } from "../../types/chat";
import { UNSENT_POSITION } from "./message-writes";
import type { OpenViews, View } from "./open-views";
import { messagesBetween, oldestOf, shownFrom } from "./view-range";

/** Shows up to `view.newest` more messages. Throws OfflineError if only the server could have them and it can't be reached. */
export async function openOlder(
  db: UserDatabase,
  views: OpenViews,
  sessionId: string,
  online: () => boolean,
): Promise<LoadOlderResult> {
  const view = views.get(sessionId);
  if (!view) return { loaded: 0, hasMore: false };
  if (!(await anyOlder(db, sessionId, view))) await untilPulled(db, sessionId, view, online);
  // Messages that arrived meanwhile may have moved the view.
  const shown = await shownFrom(db, sessionId, view);
  let from = await oldestOf(messagesBetween(db, sessionId, 0, shown).reverse().limit(view.newest));
  if (from === undefined) return { loaded: 0, hasMore: false };
  // An unsent message changes its position when it is sent, and the last sent one doesn't: the view begins there.
  if (from >= UNSENT_POSITION)
    from = (await oldestOf(messagesBetween(db, sessionId, 0, UNSENT_POSITION).reverse().limit(1))) ?? 0;
  const loaded = await messagesBetween(db, sessionId, from, shown).count();
  await views.openFrom(sessionId, from);
  return { loaded, hasMore: (await anyBefore(db, sessionId, from)) || !(await isComplete(db)) };
}

/** Resolves when there are older messages, or the pull is complete. */
async function untilPulled(db: UserDatabase, sessionId: string, view: View, online: () => boolean): Promise<void> {
  if (await isComplete(db)) return;
  if (!online()) throw new OfflineError();
  await new Promise<void>((resolve) => {
    const stop = watch(
      async () => (await anyOlder(db, sessionId, view)) || (await isComplete(db)),
      (there) => {
        if (!there && online()) return;
        // The first result may come before `watch` has returned.
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
  return (await messagesBetween(db, sessionId, 0, position).limit(1).count()) > 0;
}

async function isComplete(db: UserDatabase): Promise<boolean> {
  return (await new AppState<UserState>(db.appState).get("sync.pull"))?.complete ?? false;
}
