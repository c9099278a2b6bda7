// What a device shows before it has pulled everything: the chats and files that changed last, and the newest messages of one. The pull from zero
// follows behind and brings the same rows again.

import type { Http } from "../api/http";
import type { Outcome } from "../api/outcome";
import { fetchInit } from "../api/requests";
import type { SyncChange, SyncInitResponse } from "../api/types";
import type { Clock } from "../clock";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import { ASSETS, MESSAGES, SESSIONS } from "../rows/definition";
import { storeChanged } from "./pull";

const MESSAGE_LIMIT = 50;

/** Whether this device has begun to pull. */
export async function hasFirstPicture(db: UserDatabase): Promise<boolean> {
  return (await new AppState<UserState>(db.appState).get("sync.pull")) !== undefined;
}

export function askForFirstPicture(http: Http, signal: AbortSignal): Promise<Outcome<SyncInitResponse>> {
  return fetchInit(http, MESSAGE_LIMIT, signal);
}

export async function storeFirstPicture(db: UserDatabase, picture: SyncInitResponse, clock: Clock): Promise<void> {
  const changes: SyncChange[] = [
    ...picture.sessions.map((value) => ({ collection: SESSIONS, key: value.id, revision: value.revision, value })),
    ...picture.messages.map((value) => ({ collection: MESSAGES, key: value.id, revision: value.revision, value })),
    ...picture.assets.map((value) => ({ collection: ASSETS, key: value.id, revision: value.revision, value })),
  ];
  await db.transaction("rw", db.tables, async () => {
    await storeChanged(db, changes, null, clock);
    await new AppState<UserState>(db.appState).set("sync.pull", { cursor: null, complete: false, rows: 0 });
  });
}
