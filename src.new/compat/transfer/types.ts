// What an import takes and answers.

import type { ImportReport } from "../../generated/types.gen";

export interface ImportFileOptions {
  /** What happens to rows that the file doesn't name: "merge" leaves them, "replace" deletes them in the collections that the file has. Default: "merge". */
  mode?: "merge" | "replace";
  /** Reports what would happen, without a change. */
  dryRun?: boolean;
  /** Nothing is mended, and a row that can't be imported refuses the file. */
  strict?: boolean;
  /** The collections to import. Default: all of the file. */
  include?: readonly string[];
  /**
   * "seal": secrets are sealed on this device and sent, where a passphrase is set. "leave-out": they are not sent. Default: "seal" for an account with a
   * passphrase, "leave-out" for one without.
   */
  secrets?: "seal" | "leave-out";
  /** Ends the import. Nothing is stored, unless the server has begun to write. */
  signal?: AbortSignal;
}

/** A row of the file that holds secrets. */
export interface SecretRow {
  collection: string;
  /** The row's key; `null` where it has none. */
  key: string | null;
  /** The places of the secrets in the row, as RFC 6901 pointers. `""`: the whole value. */
  pointers: readonly string[];
}

/** What the server has done, and what became of the file's secrets. Each list has the first 100. */
export interface ImportFileReport extends ImportReport {
  secrets: {
    /** They were sealed on this device and stored. */
    sealed: readonly SecretRow[];
    /**
     * They stayed on this device, in the file. A row without its secret is imported. What is nothing but a secret, such as a provider's key, is among the
     * server's `errors` too.
     */
    leftOut: readonly SecretRow[];
    totals: { sealed: number; leftOut: number };
  };
}
