// `@landfall/client`: the public surface of the core. It has no React and no singletons, and an import has no effect.

export { createLandfall } from "./client";
export {
  type FieldFault,
  InvalidInputError,
  LandfallError,
  NotSignedInError,
  OfflineError,
  StorageFullError,
  UnsentChangesError,
} from "./errors";
export type * from "./types";
export { newId } from "./util/ids";
