// Registers assets: their kind, their face, and the uploads in the background.

import type { Assets } from "../../types/assets";
import type { KindModule } from "../module";
import { AssetsApi } from "./api";
import { assetKind } from "./descriptor";
import { LazyFiles } from "./lazy-files";

export const assets: KindModule<Assets> = {
  kinds: [assetKind],
  openFace: ({ source, options }) => new AssetsApi(source, options.files?.budgetBytes),
  openWorker: (parts) => new LazyFiles(parts),
};
