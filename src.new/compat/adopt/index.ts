// `@landfall/client/adopt`: takes over what an application's earlier version left in the browser.

import type { Landfall } from "../../types";
import type { Product } from "./product";
import { Takeover } from "./run";
import type { OldData } from "./types";

export { appFrames } from "./appframes";
export { liteChat } from "./litechat";
export { assistantMarket } from "./market";
export type { Product } from "./product";
export type {
  AdoptionOptions,
  AdoptionProgress,
  AdoptionReport,
  DatabaseReport,
  OddRow,
  OldData,
  RemoveOptions,
  TableReport,
} from "./types";

/**
 * The old data of an application in this browser.
 *
 * @example
 * const old = openOldData(landfall, liteChat());
 * const { databases, tables, odd } = await old.preview();
 * if (databases.length > 0 && (await confirmTakeover(tables, odd))) await old.adopt({ onProgress: ({ table, done, rows }) => show(table, done / rows) });
 */
export function openOldData(landfall: Landfall, product: Product): OldData {
  return new Takeover(landfall, product);
}
