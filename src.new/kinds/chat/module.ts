// Registers chat.

import type { Chat } from "../../types/chat";
import type { KindModule } from "../module";
import { ChatApi } from "./api";
import { messageKind, sessionKind } from "./descriptor";

export const chat: KindModule<Chat> = {
  kinds: [sessionKind, messageKind],
  openFace: ({ source, clock, beforeUnsentRows }) => new ChatApi(source, clock, beforeUnsentRows),
};
