// `@landfall/client/sw`: the application opens without a network, and what the last tab left unsent is sent without a tab.

export { enableBackgroundSync } from "./page";
export { type ShellFile, type ShellOptions, serveShell } from "./shell";
export { flushQueue, handleBackgroundSync } from "./worker";
