// AppFrames' old databases: its projects, and its files with those of its media library.

import { guardStorage } from "../../store/storage-errors";
import type { SyncedKind } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import type { Collection, ProjectInput } from "../../types";
import { jsonOf } from "../litechat/values";
import { faultOf } from "./faults";
import { keyOfRow } from "./links";
import { MediaTable } from "./media-table";
import { oddIn, shortened, textOf, withoutBytes } from "./odd-values";
import type { OldDatabase, OldRow } from "./old-database";
import { removeFile, removeFolder } from "./opfs";
import { type Examined, type Note, type OldTable, type Product, type Run, skipped } from "./product";

const APP = "AppFrames";
const LIBRARY = "MediaLibrary";
const MAX_NAME_CHARS = 200;

/** The key of a setting that AppFrames' `appState` has become. */
const STATE_PREFIX = "appframes:";

/**
 * AppFrames' old data. A project's document is the whole old row. Files are added to `landfall.assets`; `idOf("MediaLibrary", table, key)` tells under
 * which id. Its `appState` becomes settings of this device whose keys begin with `appframes:`.
 *
 * @example
 * await openOldData(landfall, appFrames()).adopt();
 */
export function appFrames(): Product {
  return {
    databases: [APP, LIBRARY],
    tables: (old, run) =>
      old.name === LIBRARY
        ? old.tables.map((name) => new MediaTable(name, old, run))
        : [new ProjectTable(run), new StateTable(run), new MediaTable("mediaFiles", old, run)],
    ignored: { syncState: "The outbox of this client takes its place." },
    removeFiles,
  };
}

async function removeFiles(old: OldDatabase): Promise<void> {
  const tables = old.name === LIBRARY ? old.tables : old.tables.filter((name) => name === "mediaFiles");
  for (const table of tables) {
    for await (const page of old.pages(table)) {
      for (const { value } of page) {
        const path = isPlainObject(value) ? (value.handleName ?? value.fileHandle) : null;
        if (typeof path === "string") await removeFile(path);
      }
    }
  }
  if (old.name === LIBRARY) await removeFolder();
}

/** Rows that become one stored row each. */
abstract class PlainTable implements OldTable<Row> {
  abstract readonly name: string;
  abstract readonly kind: string;
  readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  abstract rowOf(old: OldRow, value: unknown): { row: Row; id: string; notes: Note[] };
  abstract put(rows: readonly Row[]): Promise<void>;

  async examine(page: readonly OldRow[]): Promise<Examined<Row>[]> {
    const { db } = this.run;
    const kind = db.kinds.get(this.kind) as SyncedKind;
    const examined = page.map((old) => this.#read(old));
    const here = await guardStorage(() => db.rows(kind).bulkGet(examined.map(({ id }) => id)));
    return examined.map((one, index) =>
      one.item && here[index] ? { old: one.old, id: one.id, verdict: "present", notes: [] } : one,
    );
  }

  async store(items: readonly Examined<Row>[]): Promise<Map<Examined<Row>, Note>> {
    const rows = items.flatMap(({ item }) => (item ? [item] : []));
    if (rows.length > 0)
      await this.run.landfall.transaction(async () => {
        this.run.requireSameUser();
        await this.put(rows);
      });
    return new Map();
  }

  #read(old: OldRow): Examined<Row> {
    if (old.isUnreadable) return skipped(old, "unreadable", "The browser can't read this row: its data are damaged.");
    const odd = oddIn(old.value);
    if (!odd) return skipped(old, "too_deep", "It is nested too deeply.");
    if (this.kind === "projects" && !isPlainObject(old.value)) return skipped(old, "not_a_row", "This is no row.");
    const { row, id, notes } = this.rowOf(old, jsonOf(withoutBytes(old.value)));
    const fault = faultOf(this.kind, row, this.run);
    if (fault) return skipped(old, fault.code, fault.message);
    return { old, id, verdict: "new", notes: [...odd, ...notes], item: row };
  }
}

class ProjectTable extends PlainTable {
  readonly name = "projects";
  readonly kind = "projects";

  rowOf(old: OldRow, value: unknown) {
    const data = value as Row;
    const id = keyOfRow(this.name, old.key, old.value);
    const { text, notes } = textOf(data.name, "Untitled");
    const short = shortened(text, MAX_NAME_CHARS);
    return { row: { id, name: short.text, data }, id, notes: [...notes, ...short.notes] };
  }

  async put(rows: readonly Row[]): Promise<void> {
    for (const row of rows) await this.run.landfall.projects.put(row as ProjectInput);
  }
}

class StateTable extends PlainTable {
  readonly name = "appState";
  readonly kind = "settings";

  rowOf(old: OldRow, value: unknown) {
    const id = `${STATE_PREFIX}${typeof old.key === "string" ? old.key : JSON.stringify(old.key)}`;
    return { row: { key: id, value }, id, notes: [] };
  }

  async put(rows: readonly Row[]): Promise<void> {
    const settings = this.run.landfall.collections.settings as unknown as Collection<Row>;
    await settings.putMany(rows, { localOnly: true });
  }
}
