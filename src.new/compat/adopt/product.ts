// What the takeover of one application's old data is made of.

import type { AssistantsApi } from "../../kinds/assistants/api";
import type { UserState } from "../../store/app-state";
import type { UserDatabase } from "../../store/synced-kind";
import type { Landfall, LandfallOptions } from "../../types";
import type { OldDatabase, OldRow } from "./old-database";
import type { TakenRows } from "./taken";
import type { OddRow } from "./types";

/** Something odd about a row. */
export type Note = Pick<OddRow, "effect" | "code" | "message">;

/** An old row as it would be stored. */
export interface Examined<T> {
  old: OldRow;
  /** The key of the row that it becomes. */
  id: string;
  /** "new": it is taken. "present": it is here already. */
  verdict: "new" | "present" | "skipped";
  notes: Note[];
  /** The row that is here has another content, so this one is taken nowhere. */
  differs?: boolean;
  /** What is to be stored. A row that is here may lack something that only this device has. */
  item?: T;
}

/** One run, for one user. */
export interface Run {
  mode: "preview" | "adopt";
  landfall: Landfall;
  api: AssistantsApi;
  options: LandfallOptions;
  userId: string;
  db: UserDatabase;
  limits: UserState["sync.limits"] | undefined;
  taken: TakenRows;
  /** The ids of files that this run has met: two rows may name one file. */
  files: Set<string>;
  /** Throws LandfallError `interrupted` if another user is signed in by now. */
  requireSameUser(): void;
  /** Throws if the run is to end. */
  checkpoint(): void;
}

/** One table of an old database. */
export interface OldTable<T = unknown> {
  readonly name: string;
  /** Pages in an order of its own. Default: by key. */
  pages?(): AsyncGenerator<OldRow[]>;
  examine(page: readonly OldRow[]): Promise<Examined<T>[]>;
  /** Stores the items. Returns why some could not be stored. */
  store(items: readonly Examined<T>[]): Promise<Map<Examined<T>, Note>>;
}

/** The old data of one application. */
export interface Product {
  /** Databases that may be there; rows of earlier ones win. */
  readonly databases: readonly string[];
  /** The tables that are taken, in the order of writing: a row comes before those that refer to it. */
  tables(old: OldDatabase, run: Run): OldTable[];
  /** Tables of which nothing is taken, with the reason. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Removes the files that the rows of a database name. */
  removeFiles?(old: OldDatabase): Promise<void>;
}

export function skipped<T>(old: OldRow, code: string, message: string): Examined<T> {
  return { old, id: "", verdict: "skipped", notes: [{ effect: "skipped", code, message }] };
}
