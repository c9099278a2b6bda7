// `@landfall/client/compat/kijko`: what Kijko's documents name beside chats and files: its database object, the list of projects, preferences and thumbnails.

export { AssetSyncService } from "../files";
export { createDatabase, type DatabaseOptions, type KijkoDatabase } from "./database";
export { type ListedProject, listProjects } from "./list-projects";
export { type LoadThumbnailsOptions, loadThumbnails } from "./load-thumbnails";
export { createPreferences, type Preferences, type PreferenceValues } from "./preferences";
export type { Query, WhereClause } from "./query";
export type {
  AssetMetadata,
  AssetRecord,
  ChatMessageRecord,
  ChatSessionRecord,
  ProjectRecord,
  SyncQueue,
} from "./rows";
export type { DocumentTable, Given } from "./table";
