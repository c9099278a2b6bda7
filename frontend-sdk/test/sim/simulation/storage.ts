// One browser's IndexedDB for its tabs. A tab can crash at any step: its open transactions are undone, it receives no
// further event, and the other tabs continue. Only this module uses the internals of fake-indexeddb.

import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import FDBOpenDBRequest from "fake-indexeddb/lib/FDBOpenDBRequest";
import FDBTransaction from "fake-indexeddb/lib/FDBTransaction";

interface RawDatabase {
  transactions: RawTransaction[];
  connections: Connection[];
  processTransactions(): void;
}

interface RawTransaction {
  mode: string;
  db: Connection;
  _state: string;
  _started: boolean;
  _rollbackLog: (() => void)[];
  _execRequestAsync(request: unknown): unknown;
  _start(): void;
  _abort(name: string | null): void;
}

interface Connection {
  _rawDatabase: RawDatabase;
  _closed: boolean;
  _closePending: boolean;
  transaction(...args: unknown[]): RawTransaction;
}

const crashed = new WeakSet<Connection>();
ignoreCrashedConnections();

export class BrowserStorage {
  readonly #factory = new IDBFactory();

  /** The storage as one tab sees it. */
  forTab(onStep: () => void): TabStorage {
    return new TabStorage(this.#factory, onStep);
  }

  /**
   * The rows of all tables, as they are between two transactions; none of a database that doesn't exist. No database library is involved, which would
   * take most of the time of a simulation.
   */
  async read(name: string): Promise<Map<string, unknown[]>> {
    const rows = new Map<string, unknown[]>();
    if (!this.#databases.has(name)) return rows;
    const opening = this.#factory.open(name);
    await new Promise<void>((resolve, reject) => {
      opening.onsuccess = () => resolve();
      opening.onerror = () => reject(opening.error);
    });
    const connection = opening.result;
    // It holds up no other tab's delete of the database.
    connection.onversionchange = () => connection.close();
    const tables = [...connection.objectStoreNames];
    if (tables.length > 0) {
      const transaction = connection.transaction(tables, "readonly");
      for (const table of tables) {
        const request = transaction.objectStore(table).getAll();
        request.onsuccess = () => rows.set(table, request.result as unknown[]);
      }
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
    }
    connection.close();
    return rows;
  }

  /** Whether a transaction is open. */
  get busy(): boolean {
    for (const { transactions } of this.#databases.values()) {
      if (transactions.some((transaction) => transaction._state !== "finished")) return true;
    }
    return false;
  }

  get #databases(): Map<string, RawDatabase> {
    return (this.#factory as unknown as { _databases: Map<string, RawDatabase> })._databases;
  }
}

export class TabStorage {
  readonly #factory: IDBFactory;
  readonly #onStep: () => void;
  readonly #connections = new Set<Connection>();
  #isCrashed = false;
  /** The transactions that a frozen tab has begun; `null` while the tab runs. */
  #parked: RawTransaction[] | null = null;

  constructor(factory: IDBFactory, onStep: () => void) {
    this.#factory = factory;
    this.#onStep = onStep;
  }

  /** The objects that the SDK uses in place of the browser's. */
  get parts(): { indexedDB: globalThis.IDBFactory; IDBKeyRange: typeof globalThis.IDBKeyRange } {
    const factory = this.#factory;
    const indexedDB = {
      open: (name: string, version?: number) => this.#open(name, version),
      deleteDatabase: (name: string) => factory.deleteDatabase(name),
      cmp: (first: unknown, second: unknown) => factory.cmp(first, second),
      databases: () => factory.databases(),
    };
    return { indexedDB: indexedDB as unknown as globalThis.IDBFactory, IDBKeyRange };
  }

  /** Transactions that the tab begins from now on wait for `unfreeze`, and block no other tab. */
  freeze(): void {
    this.#parked = [];
  }

  unfreeze(): void {
    const parked = this.#parked ?? [];
    this.#parked = null;
    for (const transaction of parked) {
      if (crashed.has(transaction.db)) continue;
      transaction.db._rawDatabase.transactions.push(transaction);
      transaction.db._rawDatabase.processTransactions();
    }
  }

  crash(): void {
    this.#isCrashed = true;
    this.#parked = null;
    for (const connection of this.#connections) abortConnection(connection);
  }

  #open(name: string, version: number | undefined): unknown {
    if (this.#isCrashed) return new FDBOpenDBRequest();
    const request = this.#factory.open(name, version);
    request.addEventListener("success", () => this.#track(request.result as unknown as Connection));
    return request;
  }

  #track(connection: Connection): void {
    this.#connections.add(connection);
    const begin = connection.transaction.bind(connection);
    connection.transaction = (...args) => {
      if (crashed.has(connection)) return inertTransaction(connection, args);
      const transaction = begin(...args);
      if (this.#parked) {
        this.#parked.push(transaction);
        const { transactions } = connection._rawDatabase;
        transactions.splice(transactions.indexOf(transaction), 1);
      }
      const execute = transaction._execRequestAsync.bind(transaction);
      transaction._execRequestAsync = (request) => {
        const answer = execute(request);
        this.#onStep();
        return answer;
      };
      return transaction;
    };
    if (this.#isCrashed) abortConnection(connection);
  }
}

/** A transaction that never starts. Work that waits for it never continues. */
function inertTransaction(connection: Connection, [names, mode]: unknown[]): RawTransaction {
  const list = Array.isArray(names) ? names : [names];
  return new FDBTransaction(list, (mode ?? "readonly") as IDBTransactionMode, "default", connection as never) as never;
}

function abortConnection(connection: Connection): void {
  if (crashed.has(connection)) return;
  const raw = connection._rawDatabase;
  crashed.add(connection);
  for (const transaction of [...raw.transactions]) {
    if (transaction.db !== connection) continue;
    if (transaction._state !== "finished") for (const undo of transaction._rollbackLog.reverse()) undo();
    transaction._rollbackLog.length = 0;
    raw.transactions.splice(raw.transactions.indexOf(transaction), 1);
  }
  connection._closed = true;
  connection._closePending = true;
  raw.connections = raw.connections.filter((other) => other !== connection);
  raw.processTransactions();
}

/** Steps of a transaction are turns of the event loop that were scheduled before the crash. */
function ignoreCrashedConnections(): void {
  const prototype = FDBTransaction.prototype as unknown as RawTransaction;
  const { _start, _abort } = prototype;
  prototype._start = function (this: RawTransaction) {
    if (!crashed.has(this.db)) _start.call(this);
  };
  prototype._abort = function (this: RawTransaction, name) {
    if (!crashed.has(this.db)) _abort.call(this, name);
  };
}
