// `@landfall/client/files`: the file services of Kijko and AppFrames over `landfall.assets`.

export { AssetSyncService } from "./asset-sync-service";
export type { MediaAsset } from "./media-asset";
export { type MediaSyncConfig, MediaSyncService } from "./media-sync-service";
