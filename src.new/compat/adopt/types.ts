// What an application sees of the data that its earlier version left in the browser.

/** A row that is not as it should be, or a whole table. */
export interface OddRow {
  database: string;
  table: string;
  /** The row's key as text; `null`: the whole table. */
  key: string | null;
  /**
   * "mended": it is taken with a change. "device-only": it is taken and does not leave this device. "present": the row that is here already stays as it
   * is. "skipped": it is not taken, and the next run tries again.
   */
  effect: "mended" | "device-only" | "present" | "skipped";
  /** For programs: `too_large`, `file_missing`, `orphan`. The README has all. */
  code: string;
  /** One sentence for people. */
  message: string;
}

/** The rows of one table, counted. */
export interface TableReport {
  database: string;
  table: string;
  /** All rows of the old table. */
  rows: number;
  /** In a preview: what `adopt` would take. After `adopt`: what it has taken. */
  taken: number;
  /** Taken by an earlier run, or here already. */
  before: number;
  /** Of these: here with another content, which stays. The old row is nowhere else. */
  different: number;
  skipped: number;
  /** Why no row of this table is taken. */
  reason?: string;
}

export interface DatabaseReport {
  name: string;
  /** As IndexedDB counts it: Dexie's version times ten. */
  version: number;
  /** Who has begun to take it. Of another user's nothing is taken. */
  owner: "nobody" | "mine" | "other";
}

export interface AdoptionReport {
  /** The old databases of this browser; empty where there is none. */
  databases: DatabaseReport[];
  tables: TableReport[];
  /** In the order of reading: the first 20 of one code in each table. */
  odd: OddRow[];
  /** All of them. */
  oddTotal: number;
}

export interface AdoptionProgress {
  database: string;
  table: string;
  /** Rows of the table that have been read. */
  done: number;
  rows: number;
}

export interface AdoptionOptions {
  /** Ends the run after the rows that are being written. The next run goes on from there. */
  signal?: AbortSignal;
  /** Called after every page: 200 rows or 10 files at most. */
  onProgress?: (progress: AdoptionProgress) => void;
}

export interface RemoveOptions extends AdoptionOptions {
  /** Also removes what was never taken. */
  evenLeft?: boolean;
}

/** The data of an application's earlier version in this browser. */
export interface OldData {
  /** What `adopt` would take, what is odd, and what is skipped and why. Changes nothing. Rejects with NotSignedInError. */
  preview(options?: AdoptionOptions): Promise<AdoptionReport>;
  /**
   * Takes the old data over. It may be repeated: a run takes what is new, and what an earlier run did not reach. One tab runs at a time, and the others
   * wait. Rejects with StorageFullError, NotSignedInError, an AbortError, and with code `interrupted` if the user changes meanwhile. What was taken until
   * then stays.
   */
  adopt(options?: AdoptionOptions): Promise<AdoptionReport>;
  /** The id under which an old row was taken. */
  idOf(database: string, table: string, key: IDBValidKey): Promise<string | undefined>;
  /**
   * Deletes the old databases and their files. Nothing else ever changes them. Rejects with code `not_adopted` while something was not taken, or is here with
   * another content (`different`), unless `evenLeft` is set, and with code `in_use` while another tab has one open; it is then deleted when that tab is closed.
   */
  removeOld(options?: RemoveOptions): Promise<void>;
}
