// Written by `npm run generate` from the x-indexeddb marks of the OpenAPI document. Not for editing.

import type { ChatMessage, ChatSession } from "./types.gen";

/** Every table that the server's document declares: its row and the type of its key. */
export interface GeneratedTables {
  chatMessages: { row: ChatMessage; key: ChatMessage["id"] };
  chatSessions: { row: ChatSession; key: ChatSession["id"] };
}

/** Dexie's `stores`, oldest first; the last entry is the current schema. */
export const generatedStores: ReadonlyArray<Readonly<Record<string, string>>> = [
  {
    chatMessages: "id, sessionId, [sessionId+createdAt], [sessionId+position]",
    chatSessions: "id, projectId, updatedAt",
  },
];
