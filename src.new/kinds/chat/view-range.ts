// The part of a session's messages that is in view.

import { type Collection, Dexie } from "dexie";
import type { UserDatabase } from "../../store/synced-kind";
import type { ChatMessage } from "../../types/chat";
import type { View } from "./open-views";
import { messagesIn } from "./tables";

/** A session's messages from position `from` on and before `to`. */
export function messagesBetween(
  db: UserDatabase,
  sessionId: string,
  from: number,
  to: unknown = Dexie.maxKey,
): Collection<ChatMessage, string> {
  return messagesIn(db).where("[sessionId+position]").between([sessionId, from], [sessionId, to]);
}

/** The position from which on a session is shown. For liveQuery: it reads one key, and none of the messages before. */
export async function shownFrom(db: UserDatabase, sessionId: string, { newest, from }: View): Promise<number> {
  if (from !== null) return from;
  const last = messagesBetween(db, sessionId, 0).reverse();
  return (await oldestOf(last.offset(newest - 1).limit(1))) ?? 0;
}

/** The position of the last of these messages, which are sorted from new to old. Reads the keys of the index only. */
export async function oldestOf(messages: Collection<ChatMessage, string>): Promise<number | undefined> {
  return ((await messages.keys()) as unknown as [string, number][]).at(-1)?.[1];
}
