// One browser's IndexedDB as its tabs see it. A tab can die at any step: its open transactions are undone, no event reaches it any more, and
// the others go on. The only module that knows the inside of fake-indexeddb.

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

const dead = new WeakSet<Connection>();
silenceTheDead();

export class BrowserStorage {
  readonly #factory = new IDBFactory();

  /** The storage as one tab gets it. */
  forTab(onStep: () => void): TabStorage {
    return new TabStorage(this.#factory, onStep);
  }

  /** The storage for looking into it. */
  get plain(): { indexedDB: globalThis.IDBFactory; IDBKeyRange: typeof globalThis.IDBKeyRange } {
    return { indexedDB: this.#factory as unknown as globalThis.IDBFactory, IDBKeyRange };
  }

  /** Whether a transaction is under way. */
  get busy(): boolean {
    const databases = (this.#factory as unknown as { _databases: Map<string, RawDatabase> })._databases;
    for (const { transactions } of databases.values()) {
      if (transactions.some((transaction) => transaction._state !== "finished")) return true;
    }
    return false;
  }
}

export class TabStorage {
  readonly #factory: IDBFactory;
  readonly #onStep: () => void;
  readonly #connections = new Set<Connection>();
  #isDead = false;

  constructor(factory: IDBFactory, onStep: () => void) {
    this.#factory = factory;
    this.#onStep = onStep;
  }

  /** What the SDK takes for the browser's. */
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

  die(): void {
    this.#isDead = true;
    for (const connection of this.#connections) kill(connection);
  }

  #open(name: string, version: number | undefined): unknown {
    if (this.#isDead) return new FDBOpenDBRequest();
    const request = this.#factory.open(name, version);
    request.addEventListener("success", () => this.#adopt(request.result as unknown as Connection));
    return request;
  }

  #adopt(connection: Connection): void {
    this.#connections.add(connection);
    const begin = connection.transaction.bind(connection);
    connection.transaction = (...args) => {
      if (dead.has(connection)) return unborn(connection, args);
      const transaction = begin(...args);
      const execute = transaction._execRequestAsync.bind(transaction);
      transaction._execRequestAsync = (request) => {
        const answer = execute(request);
        this.#onStep();
        return answer;
      };
      return transaction;
    };
    if (this.#isDead) kill(connection);
  }
}

/** A transaction that never begins: nothing that waits for it goes on. */
function unborn(connection: Connection, [names, mode]: unknown[]): RawTransaction {
  const list = Array.isArray(names) ? names : [names];
  return new FDBTransaction(list, (mode ?? "readonly") as IDBTransactionMode, "default", connection as never) as never;
}

function kill(connection: Connection): void {
  if (dead.has(connection)) return;
  const raw = connection._rawDatabase;
  dead.add(connection);
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

/** Steps of a transaction are turns of the event loop that were asked for before the tab died. */
function silenceTheDead(): void {
  const prototype = FDBTransaction.prototype as unknown as RawTransaction;
  const { _start, _abort } = prototype;
  prototype._start = function (this: RawTransaction) {
    if (!dead.has(this.db)) _start.call(this);
  };
  prototype._abort = function (this: RawTransaction, name) {
    if (!dead.has(this.db)) _abort.call(this, name);
  };
}
