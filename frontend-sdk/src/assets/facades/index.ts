// `@landfall/client/files`: files in the words of the applications that Landfall comes from. Faces of `landfall.assets`, and no engines of their own.

export { AssetSyncService } from "./asset-sync-service";
export type { MediaAsset } from "./media-asset";
export { type MediaSyncConfig, MediaSyncService } from "./media-sync-service";
