// Runs in the page: Kijko's chat store, its database object and its service of files. The snippets of its documents use these names.

import {
  AssetSyncService,
  createDatabase,
  createPreferences,
  listProjects,
  loadThumbnails,
} from "../../../src/compat/kijko";
import { createLandfall } from "../../../src/index";
import { watchQuota } from "../../../src/observe";
import { createChatStore, rememberedSessionId } from "../../../src/zustand";

const landfall = createLandfall({ name: "kijko", currentSessionId: () => rememberedSessionId() });
const useChatStore = createChatStore(landfall);

Object.assign(window, {
  landfall,
  useChatStore,
  db: createDatabase(landfall, { currentSessionId: () => useChatStore.getState().currentSessionId }),
  syncService: new AssetSyncService(landfall),
  preferences: createPreferences(landfall),
  projects: listProjects(landfall),
  quota: watchQuota(landfall),
  thumbnails: () => loadThumbnails(landfall),
  syncMessages: () => landfall.sync.now(),
  async sync() {
    await landfall.sync.now();
    await landfall.sync.awaitInSync();
  },
});
