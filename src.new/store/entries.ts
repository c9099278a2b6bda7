// Reads the queue by the rows that its entries are about.

import { Dexie } from "dexie";
import type { SyncedKind, UserDatabase } from "./synced-kind";
import type { OutboxEntry, Row } from "./tables";

/** The entries of a row, in order: at most one that is sealed or an upload, and at most one that waits. */
export async function entriesOf(db: UserDatabase, collection: string, key: string): Promise<OutboxEntry[]> {
  return db.syncQueue.where("[collection+key]").equals([collection, key]).sortBy("order");
}

/** The entries of a collection, in order. */
export async function entriesIn(db: UserDatabase, collection: string): Promise<OutboxEntry[]> {
  return db.syncQueue
    .where("[collection+key]")
    .between([collection, Dexie.minKey], [collection, Dexie.maxKey])
    .sortBy("order");
}

/** Uploads of this device, in order. */
export async function uploadsIn(db: UserDatabase): Promise<OutboxEntry[]> {
  const uploading = [...db.kinds.values()].filter(({ createdBy }) => createdBy === "upload");
  const entries = await Promise.all(uploading.map(({ name }) => entriesIn(db, name)));
  return entries.flat().filter(({ type }) => type === "upload");
}

export function groupByKey(entries: readonly OutboxEntry[]): Map<string, OutboxEntry[]> {
  const byKey = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    const group = byKey.get(entry.key);
    if (group) group.push(entry);
    else byKey.set(entry.key, [entry]);
  }
  return byKey;
}

export function keyOf({ key }: SyncedKind, row: Row): string {
  return String(row[key]);
}

/** The name of a row in `needs` and in batch groups: "collection:key". */
export function nameOf(collection: string, key: string): string {
  return `${collection}:${key}`;
}

/** Entries that could not be sent. Those of open conflicts are parked alike, but wait for a choice. */
export function failedEntries(db: UserDatabase) {
  return db.syncQueue
    .where("status")
    .equals("failed")
    .and(({ error }) => error?.kind !== "conflict");
}
