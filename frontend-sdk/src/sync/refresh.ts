// Asks `/sync/init` what is new and brings it into the local tables. Cheap when nothing is: the server answers 304.
// It knows the stored ETag and the merge; when to ask is the engine's business.

import type { Http } from "../api/http";
import type { Outcome } from "../api/outcome";
import { fetchInit } from "../api/requests";
import type { SyncInitResponse } from "../api/types";
import { pageOf } from "../chat/load";
import { mergeMessages, mergeSessions } from "../chat/merge";
import { withNewest } from "../chat/window";
import { AppState, readWindow, type UserState, writeWindow } from "../db/app-state";
import type { UserDatabase } from "../db/database";

/** Messages that `/sync/init` is asked for. */
const MESSAGE_LIMIT = 50;

/** Fetches; what came is not stored yet. */
export async function askForNews(
  db: UserDatabase,
  http: Http,
  signal: AbortSignal,
): Promise<{ sessionId: string | null; outcome: Outcome<SyncInitResponse> }> {
  const state = new AppState<UserState>(db.appState);
  const sessionId = await currentSession(db, state);
  const last = await state.get("sync.init");
  // An ETag is an answer's to one question.
  const etag = last && last.sessionId === sessionId ? last.etag : null;
  return { sessionId, outcome: await fetchInit(http, { sessionId, messageLimit: MESSAGE_LIMIT, etag }, signal) };
}

/**
 * Stores the answer: rows and the ETag that stands for them in one transaction, so that a 304 never hides rows that were lost with a crash.
 * What the list doesn't name is left alone: the server lists the newest sessions only.
 */
export async function storeNews(
  db: UserDatabase,
  sessionId: string | null,
  news: SyncInitResponse,
  etag: string | null,
): Promise<void> {
  await db.transaction("rw", db.tables, async () => {
    await mergeSessions(db, news.sessions);
    const shown = news.messages[0]?.sessionId;
    if (shown) await mergeShownMessages(db, shown, news);
    const state = new AppState<UserState>(db.appState);
    await state.set("sync.init", { etag, cursor: news.cursor, epoch: news.epoch, sessionId });
  });
}

async function mergeShownMessages(db: UserDatabase, sessionId: string, news: SyncInitResponse): Promise<void> {
  // The answer doesn't say whether there are more; a full page may have been cut.
  const page = pageOf(news.messages, news.messages.length >= MESSAGE_LIMIT);
  const window = withNewest(await readWindow(db.appState, sessionId), page);
  // A gap is filled page by page when the session is opened.
  if (!window || !(await db.chatSessions.get(sessionId))) return;
  await mergeMessages(db, sessionId, news.messages);
  await writeWindow(db.appState, sessionId, window);
}

/** The session opened last, unless only this device knows it. */
async function currentSession(db: UserDatabase, state: AppState<UserState>): Promise<string | null> {
  const id = await state.get("chat.currentSessionId");
  const row = id ? await db.chatSessions.get(id) : undefined;
  return row && row.revision > 0 && !row.gone ? row.id : null;
}
