// The writes of kinds that pages load on demand (edits.ts), one line per kind.

export { assistantWrites, createAssistant } from "./assistants/writes";
export { projectWrites } from "./projects/writes";
