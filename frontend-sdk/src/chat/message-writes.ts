// Writing a message locally: the row, its entry and the session's place in the list are one transaction. Nothing here waits for the network.

import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import { guardStorage } from "../db/storage-errors";
import { newTempId } from "../ids";
import { enqueue, nextOrder } from "../outbox/enqueue";
import { type Definition, MESSAGES } from "../rows/definition";
import type { ChatMessage, NewChatMessage } from "../types";
import { checkNewMessage } from "./check";
import { messageLane } from "./lanes";
import { requireSession } from "./session-writes";

/** Messages gather until nothing was written for so long. */
export const QUIET_MS = 2_000;

/**
 * Where unsent messages begin. The server's positions are version * 2^20 + index and stay below 2^52 for the first four thousand million
 * writes of a user; so in the index [sessionId+position] what is unsent stands last, in the order of writing, and both still fit into
 * the 2^53 that JavaScript counts to.
 */
export const UNSENT_POSITION = 2 ** 52;

export async function sendMessage(
  db: UserDatabase,
  clock: Clock,
  sessionId: string,
  input: NewChatMessage,
): Promise<ChatMessage> {
  const checked = checkNewMessage(input);
  const now = toIso(clock.now());
  const tempId = newTempId();
  return guardStorage(() =>
    db.transaction("rw", [db.chatSessions, db.chatMessages, db.syncQueue, db.appState], async () => {
      const session = await requireSession(db, sessionId);
      const order = await nextOrder(db);
      const message: ChatMessage = {
        id: tempId,
        tempId,
        sessionId,
        ...checked,
        createdAt: now,
        position: UNSENT_POSITION + order,
        revision: 0,
      };
      await db.chatMessages.add(message);
      await db.chatSessions.put({ ...session, updatedAt: now });
      // Its session must exist at the server; a rename or anything else needn't have arrived.
      await enqueue(db, db.definitions.get(MESSAGES) as Definition, {
        key: tempId,
        op: "put",
        create: true,
        row: { ...message },
        lane: messageLane(sessionId),
        order,
        now,
        notBefore: toIso(clock.now() + QUIET_MS),
      });
      return message;
    }),
  );
}
