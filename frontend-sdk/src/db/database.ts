// Opens the two kinds of database: one for each user (rows and outbox), one for the device (who is signed in).
// It knows the schema and its versions, and nothing of what is stored when.

import Dexie, { type Table } from "dexie";
import { type GeneratedTables, generatedStores } from "../generated/tables.gen";
import { PLANTED, unknownTo } from "../planted";
import { type Definition, defineAll } from "../rows/definition";
import type { ConflictPolicy, LandfallOptions } from "../types";
import {
  type AppStateRow,
  type ConflictRow,
  deviceStores,
  type LocalFile,
  type OutboxEntry,
  type Row,
  type RowState,
} from "./device-tables";
import { upgradeQueue } from "./upgrade";

type Stores = Readonly<Record<string, string>>;
type StorageOptions = LandfallOptions["storage"];

/** A session as it is stored: `gone` when the server has deleted it and something unsent still belongs to it here. */
export type SessionRow = GeneratedTables["chatSessions"]["row"] & { gone?: true };
export type MessageRow = GeneratedTables["chatMessages"]["row"];
export type ProjectRow = GeneratedTables["projects"]["row"];
export type AssetRow = GeneratedTables["assetMetadata"]["row"];

/** One user's data on this device. */
export class UserDatabase extends Dexie {
  declare chatSessions: Table<SessionRow, GeneratedTables["chatSessions"]["key"]>;
  declare chatMessages: Table<MessageRow, GeneratedTables["chatMessages"]["key"]>;
  declare projects: Table<ProjectRow, GeneratedTables["projects"]["key"]>;
  declare assetMetadata: Table<AssetRow, GeneratedTables["assetMetadata"]["key"]>;
  declare assets: Table<LocalFile, string>;
  declare syncQueue: Table<OutboxEntry, string>;
  declare syncRows: Table<RowState, [string, string]>;
  declare conflicts: Table<ConflictRow, [string, string]>;
  declare appState: Table<AppStateRow, string>;
  /** Every collection that this version knows. */
  readonly definitions: ReadonlyMap<string, Definition>;

  constructor(
    appName: string,
    userId: string,
    storage?: StorageOptions,
    policies?: Readonly<Record<string, ConflictPolicy>>,
  ) {
    super(`${appName}-${userId}`, { ...storage });
    this.definitions = defineAll(policies);
    if (PLANTED) this.definitions = withoutUnknown(this.definitions, this.name);
    const { version, stores } = currentSchema(generatedStores, deviceStores);
    this.version(version).stores(stores).upgrade(upgradeQueue);
  }

  /** The rows of a collection. */
  rows(definition: Definition): Table<Row, string> {
    return this.table(definition.table);
  }
}

function withoutUnknown(all: ReadonlyMap<string, Definition>, name: string): ReadonlyMap<string, Definition> {
  const unknown = unknownTo(name);
  return new Map([...all].filter(([collection]) => !unknown.includes(collection)));
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
