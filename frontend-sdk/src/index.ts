// `@landfall/client`: the public surface of the core. No React, no singletons, nothing happens on import.

export { createLandfall } from "./client";
export type { Clock, Timer } from "./clock";
export {
  InvalidInputError,
  LandfallError,
  NotSignedInError,
  OfflineError,
  StorageFullError,
} from "./errors";
export { newId } from "./ids";
export type * from "./types";
