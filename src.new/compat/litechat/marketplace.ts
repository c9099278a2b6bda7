// The marketplace: sources, their indexes, and what was installed from them.

import { LandfallError } from "../../errors";
import type { Rows } from "./rows";
import { type AppRow, keyOf } from "./values";

/** How long an index is shown, in milliseconds. */
const EXPIRES_MS = 3_600_000;

/** The member of an installed item's row that holds its package. */
const CONTENT = "package";

export function marketplace(rows: Rows) {
  const installed = "installedMarketplaceItems";
  return {
    loadMarketplaceSources: () => rows.load("marketplaceSources"),
    saveMarketplaceSource: (row: AppRow) => rows.save("marketplaceSources", row),
    deleteMarketplaceSource: (id: string) =>
      rows.write(async () => {
        await rows.delete("marketplaceSources", [keyOf(id)]);
        await rows.delete("marketplaceIndexes", [keyOf(id)]);
      }),

    async loadMarketplaceIndex(sourceId: string): Promise<unknown> {
      const row = await rows.loadOne("marketplaceIndexes", sourceId);
      const isFresh = row?.expiresAt instanceof Date && row.expiresAt.getTime() > Date.now();
      return isFresh ? (row.index ?? null) : null;
    },
    saveMarketplaceIndex(sourceId: string, index: unknown, expiresInMs = EXPIRES_MS): Promise<string> {
      const now = Date.now();
      const times = { cachedAt: new Date(now), expiresAt: new Date(now + expiresInMs) };
      return rows.save("marketplaceIndexes", { sourceId, index, ...times });
    },

    async loadInstalledMarketplaceItems(): Promise<AppRow[]> {
      return (await rows.load(installed)).map(({ [CONTENT]: _content, ...item }) => item);
    },
    saveInstalledMarketplaceItem: (item: AppRow, content: unknown) =>
      rows.save(installed, { ...item, [CONTENT]: content }),
    async loadInstalledMarketplacePackage(packageId: string): Promise<unknown> {
      return (await rows.loadOne(installed, packageId))?.[CONTENT] ?? null;
    },
    async updateInstalledMarketplaceItem(packageId: string, updates: AppRow): Promise<void> {
      await rows.write(async () => {
        const row = await rows.stored(installed, keyOf(packageId));
        if (!row) throw new LandfallError("not_found", `The package "${packageId}" is not installed.`);
        await rows.put(installed, { ...row, ...updates, packageId });
      });
    },
    deleteInstalledMarketplaceItem: (packageId: string) => rows.remove(installed, packageId),
  };
}
