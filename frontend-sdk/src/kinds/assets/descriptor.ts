// The descriptor of assets (files).

import { KIND_DEFAULTS, type SyncedKind } from "../../store/synced-kind";
import { filesCode } from "./lazy-files";
import { ASSET_TABLE, ASSETS, assetStores, localFilesIn } from "./tables";

export const assetKind: SyncedKind = {
  ...KIND_DEFAULTS,
  name: ASSETS,
  table: ASSET_TABLE,
  stores: assetStores,
  conflictPolicy: "merge",
  // A deleted project can be restored, and its files then still belong to it.
  references: [{ member: "projectId", collection: "projects", required: false, onDelete: "stay" }],
  serverMembers: [
    ...["fileType", "mimeType", "size", "sha256", "uploadStatus", "storageUrl", "error"],
    ...["id", "revision", "createdAt", "updatedAt"],
  ],
  createdBy: "upload",
  // The bytes of a deleted file are gone.
  remoteDeleteWins: true,

  toBody: (_row, changed) => Object.fromEntries(changed()),
  titleOf: ({ fileName }) => fileName,
  rowsInSnapshot: (snapshot) => snapshot.assets,

  async onRemoved(db, key) {
    await localFilesIn(db).delete(key);
  },

  claim: {
    // Before the rows that mention them, which then wait for the upload.
    order: -1,
    copy: async (from, to, ownIndexedDb, ids) => (await filesCode.load()).copyFiles(from, to, ownIndexedDb, ids),
    remove: async (from, ownIndexedDb, ids) => (await filesCode.load()).removeFiles(from, ownIndexedDb, ids),
  },
};
