// Opens the two kinds of database: one for each user (rows and outbox), one for the device (who is signed in).
// It knows the schema and its versions, and nothing of what is stored when.

import Dexie, { type Table } from "dexie";
import { type GeneratedTables, generatedStores } from "../generated/tables.gen";
import type { LandfallOptions } from "../types";
import { type AppStateRow, deviceStores, type OutboxEntry } from "./device-tables";

type Stores = Readonly<Record<string, string>>;
type StorageOptions = LandfallOptions["storage"];

/** A session as it is stored: `gone` when the server said that it has no such session (it isn't shown any more, and nothing is thrown away). */
export type SessionRow = GeneratedTables["chatSessions"]["row"] & { gone?: true };
export type MessageRow = GeneratedTables["chatMessages"]["row"];

/** One user's data on this device. */
export class UserDatabase extends Dexie {
  declare chatSessions: Table<SessionRow, GeneratedTables["chatSessions"]["key"]>;
  declare chatMessages: Table<MessageRow, GeneratedTables["chatMessages"]["key"]>;
  declare syncQueue: Table<OutboxEntry, string>;
  declare appState: Table<AppStateRow, string>;

  constructor(appName: string, userId: string, storage?: StorageOptions) {
    super(`${appName}-${userId}`, { ...storage });
    const { version, stores } = currentSchema(generatedStores, deviceStores);
    this.version(version).stores(stores);
  }
}

/** What the device remembers whoever is signed in. */
export class DeviceDatabase extends Dexie {
  declare appState: Table<AppStateRow, string>;

  constructor(appName: string, storage?: StorageOptions) {
    super(`${appName}.device`, { ...storage });
    this.version(1).stores({ appState: "key" });
  }
}

/**
 * The newest schema and its version. Each of the two histories only grows, so the sum of their lengths does too, and no change of either
 * can pass unnoticed. Only the newest version is declared: Dexie works out the difference from whatever the browser has. A table that
 * is no longer declared is dropped by name.
 */
export function currentSchema(
  generated: readonly Stores[],
  device: readonly Stores[],
): { version: number; stores: Record<string, string | null> } {
  const dropped = [...generated, ...device]
    .flatMap((stores) => Object.keys(stores))
    .map((table): [string, null] => [table, null]);
  return {
    version: generated.length + device.length - 1,
    stores: { ...Object.fromEntries(dropped), ...generated.at(-1), ...device.at(-1) },
  };
}
