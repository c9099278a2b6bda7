// The code of kinds that pages load on demand (edits.ts), one line per kind.

export { assistantWrites, createAssistant } from "./assistants/writes";
export { openOlder } from "./chat/older";
export { projectWrites } from "./projects/writes";
