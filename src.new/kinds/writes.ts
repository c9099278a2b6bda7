// The code of kinds that pages load on demand (edits.ts), one line per kind.

export { queryAsset, queryAssets, queryUsage } from "./assets/views";
export { assistantWrites, createAssistant } from "./assistants/writes";
export { addMessage, sendMessage } from "./chat/message-writes";
export { openOlder } from "./chat/older";
export { createSession, requireSession } from "./chat/session-writes";
export { checkNewMessage, checkNewSession, checkSessionChanges } from "./chat/validate";
export { projectWrites } from "./projects/writes";
