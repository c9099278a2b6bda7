// Opens the two kinds of database: one per user (rows and outbox), one per device (who is signed in).

import { Dexie, type PromiseExtended, type Table } from "dexie";
import { FAULTS_ENABLED, unknownTo } from "../faults";
import { generatedStores } from "../generated/tables.gen";
import type { LandfallOptions } from "../types/options";
import { currentSchema } from "./schema";
import type { Kinds, SyncedKind, UserDatabase } from "./synced-kind";
import { type AppStateRow, type ConflictRow, deviceStores, type OutboxEntry, type Row, type RowState } from "./tables";

type StorageOptions = LandfallOptions["storage"];

/** Dexie's cache of live queries copies rows by assignment, which turns a member named `__proto__` into the prototype. */
const WITHOUT_CACHE = { cache: "disabled" } as const;

/** Opens the database of a user at its first use. `appName` is the `name` of the client's options. */
export function openUserDatabase(
  appName: string,
  userId: string,
  kinds: Kinds,
  storage?: StorageOptions,
): UserDatabase {
  return new DexieUserDatabase(`${appName}-${userId}`, kinds, storage);
}

/** A tab suspends its databases before the browser freezes it, since a frozen tab can't give way to a newer version of the application. */
class TabDatabase extends Dexie {
  /** What queries wait for. A broadcast may start some between the event and the freeze. */
  declare resumed?: PromiseExtended<void>;
  declare resume?: () => void;

  suspend(): void {
    this.close({ disableAutoOpen: false });
    this.resumed ??= new Dexie.Promise<void>((resolve) => {
      this.resume = () => {
        this.resumed = undefined;
        resolve();
      };
    });
  }

  override open(): PromiseExtended<Dexie> {
    return this.resumed ? this.resumed.then(() => this.open()) : super.open();
  }
}

class DexieUserDatabase extends TabDatabase implements UserDatabase {
  declare syncQueue: Table<OutboxEntry, string>;
  declare syncRows: Table<RowState, [string, string]>;
  declare conflicts: Table<ConflictRow, [string, string]>;
  declare appState: Table<AppStateRow, string>;
  readonly kinds: Kinds;

  constructor(name: string, kinds: Kinds, storage?: StorageOptions) {
    // What was saved must survive a power cut. Chromium would otherwise report a commit before it is on the disk.
    super(name, { ...storage, ...WITHOUT_CACHE, chromeTransactionDurability: "strict" });
    const ofKinds = [...kinds.values()].flatMap(({ stores }) => (stores ? [stores] : []));
    const { version, stores } = currentSchema([generatedStores, deviceStores, ...ofKinds]);
    this.version(version).stores(stores);
    this.kinds = FAULTS_ENABLED ? withoutUnknown(kinds, name) : kinds;
  }

  rows({ table }: SyncedKind): Table<Row, string> {
    return this.table(table);
  }
}

function withoutUnknown(kinds: Kinds, database: string): Kinds {
  const unknown = unknownTo(database);
  return new Map([...kinds].filter(([name]) => !unknown.includes(name)));
}

/** Dexie runs no live query without an IndexedDB of its own, although each database has one. */
function adopt(storage: StorageOptions): StorageOptions {
  if (storage && !Dexie.dependencies.indexedDB) Object.assign(Dexie.dependencies, storage);
  return storage;
}

/** What the device remembers for all users. */
export class DeviceDatabase extends TabDatabase {
  declare appState: Table<AppStateRow, string>;

  constructor(appName: string, storage?: StorageOptions) {
    super(`${appName}.device`, { ...adopt(storage), ...WITHOUT_CACHE });
    this.version(1).stores({ appState: "key" });
  }
}
