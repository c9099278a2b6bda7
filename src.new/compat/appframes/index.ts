"use client";

// `@landfall/client/compat/appframes`: AppFrames' hooks and its media library over the client.

export { type MediaAsset, MediaSyncService } from "../files";
export type { DelayedSaveOptions, SaveStatus } from "./delayed-save";
export type {
  LibraryAsset,
  MediaLibraryConfig,
  MediaLibraryConfig as MediaSyncConfig,
  MediaLibraryState,
} from "./media-library";
export { type AppFramesOptions, appFramesOptions, type ProjectPolicy } from "./options";
export {
  MediaLibraryProvider,
  type MediaLibraryProviderProps,
  type UseMediaLibrary,
  useMediaLibrary,
} from "./provider";
export { type Persistence, type UsePersistenceOptions, usePersistence } from "./use-persistence";
export { type ProjectSync, useProjectSync } from "./use-project-sync";
export { type SyncWord, syncWordOf } from "./words";
