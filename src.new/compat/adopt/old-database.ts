// Reads the database of an application's earlier version. It is neither created, upgraded nor changed.

import { LandfallError } from "../../errors";
import type { LandfallOptions } from "../../types";
import type { Clock, Timer } from "../../types/clock";

/** One page has at most so many rows. */
const PAGE_ROWS = 200;
/** A page ends behind the row with which its texts reach so many characters. */
const PAGE_CHARS = 4_000_000;
/** A database whose deletion is blocked for so long is open in another tab. */
const BLOCKED_MS = 2_000;
/** Deeper values are odd. */
export const MAX_DEPTH = 64;

export interface OldRow {
  key: IDBValidKey;
  value: unknown;
  /** The browser can't read it: its data are damaged. */
  isUnreadable?: true;
}

export class OldDatabase {
  readonly name: string;
  readonly #db: IDBDatabase;
  readonly #KeyRange: typeof IDBKeyRange;

  private constructor(db: IDBDatabase, KeyRange: typeof IDBKeyRange) {
    this.name = db.name;
    this.#db = db;
    this.#KeyRange = KeyRange;
    // Another tab may upgrade or delete it. The run is then repeated.
    db.onversionchange = () => db.close();
  }

  /** `null` where there is none. */
  static open(name: string, storage: LandfallOptions["storage"]): Promise<OldDatabase | null> {
    const { factory, KeyRange } = partsOf(storage);
    return new Promise((resolve, reject) => {
      const opening = factory.open(name);
      // There is none. The abort leaves none behind.
      opening.onupgradeneeded = () => {
        opening.transaction?.abort();
        resolve(null);
      };
      opening.onsuccess = () => resolve(new OldDatabase(opening.result, KeyRange));
      opening.onerror = (event) => {
        event.preventDefault();
        reject(opening.error);
      };
    });
  }

  get version(): number {
    return this.#db.version;
  }

  get tables(): string[] {
    return [...this.#db.objectStoreNames];
  }

  count(table: string): Promise<number> {
    return resultOf(this.#store(table).count());
  }

  async has(table: string, key: IDBValidKey): Promise<boolean> {
    return this.tables.includes(table) && (await resultOf(this.#store(table).count(key))) > 0;
  }

  async get(table: string, key: IDBValidKey): Promise<unknown> {
    return this.tables.includes(table) ? resultOf(this.#store(table).get(key)) : undefined;
  }

  /** All rows in the order of their keys. Each page is read in a transaction of its own, since the caller writes elsewhere meanwhile. */
  async *pages(table: string): AsyncGenerator<OldRow[]> {
    for (let after: IDBValidKey | undefined; ; ) {
      const page = await this.#page(table, after);
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.key;
    }
  }

  /** The rows with these keys, in this order. */
  async *pagesOf(table: string, keys: readonly IDBValidKey[]): AsyncGenerator<OldRow[]> {
    for (let from = 0; from < keys.length; from += PAGE_ROWS) {
      const page: OldRow[] = [];
      for (const key of keys.slice(from, from + PAGE_ROWS)) page.push(await this.#row(table, key));
      yield page;
    }
  }

  close(): void {
    this.#db.close();
  }

  async #page(table: string, after: IDBValidKey | undefined): Promise<OldRow[]> {
    const rows: OldRow[] = [];
    try {
      await this.#readInto(rows, table, after);
    } catch {
      // The cursor stops at a row that can't be read. Keys can.
      if (rows.length > 0) return rows;
      const range = after === undefined ? null : this.#KeyRange.lowerBound(after, true);
      const cursor = await resultOf(this.#store(table).openKeyCursor(range));
      if (cursor) rows.push(await this.#row(table, cursor.primaryKey));
    }
    return rows;
  }

  #readInto(rows: OldRow[], table: string, after: IDBValidKey | undefined): Promise<void> {
    const range = after === undefined ? null : this.#KeyRange.lowerBound(after, true);
    return new Promise((resolve, reject) => {
      const request = this.#store(table).openCursor(range);
      let chars = 0;
      request.onsuccess = () => {
        try {
          const cursor = request.result;
          if (!cursor) return resolve();
          const { primaryKey: key, value } = cursor;
          rows.push({ key, value });
          chars += charsIn(value);
          if (rows.length >= PAGE_ROWS || chars >= PAGE_CHARS) resolve();
          else cursor.continue();
        } catch (error) {
          reject(error);
        }
      };
      request.onerror = (event) => {
        event.preventDefault();
        reject(request.error);
      };
    });
  }

  async #row(table: string, key: IDBValidKey): Promise<OldRow> {
    try {
      return { key, value: await resultOf(this.#store(table).get(key)) };
    } catch {
      return { key, value: undefined, isUnreadable: true };
    }
  }

  #store(table: string): IDBObjectStore {
    return this.#db.transaction(table, "readonly").objectStore(table);
  }
}

/** Resolves when it is deleted. Rejects with code `in_use` while another connection keeps it. */
export function deleteDatabase(name: string, storage: LandfallOptions["storage"], clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = partsOf(storage).factory.deleteDatabase(name);
    let timer: Timer | null = null;
    request.onsuccess = () => {
      timer?.cancel();
      resolve();
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => {
      // A connection that was just closed blocks it for a moment too.
      const inUse = new LandfallError("in_use", `Another tab has ${name} open. It is deleted when that tab is closed.`);
      timer = clock.after(BLOCKED_MS, () => reject(inUse));
    };
  });
}

/** A key as text, with its type: the number 1 and the text "1" are two keys. */
export function keyText(key: IDBValidKey): string {
  if (typeof key === "string") return `s${key}`;
  return typeof key === "number" ? `n${key}` : `j${JSON.stringify(key)}`;
}

function partsOf(storage: LandfallOptions["storage"]) {
  return { factory: storage?.indexedDB ?? indexedDB, KeyRange: storage?.IDBKeyRange ?? IDBKeyRange };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
  });
}

/** About as many characters as a value takes up, at most `PAGE_CHARS`. A Blob is not in memory. A value may contain itself. */
function charsIn(value: unknown): number {
  const open = [value];
  let chars = 0;
  while (open.length > 0 && chars < PAGE_CHARS) {
    const part = open.pop();
    if (typeof part === "string") chars += part.length;
    else if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) chars += part.byteLength;
    else if (typeof part === "object" && part !== null) open.push(...Object.values(part));
    chars += 8;
  }
  return chars;
}
