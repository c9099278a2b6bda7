// Small copies of pictures, made and kept on this device in the user's database. They are shown at once, without a network and without the files.

import type { OpenWorkspace, WorkspaceSource } from "../../store/live";
import type { AssetRow, Assets, Observable } from "../../types";
import { Cell } from "../../util/observable";
import { type Drawn, drawThumbnail } from "./draw-thumbnail";

/** Of the named value that has the thumbnail of a file. */
const PREFIX = "thumbnail:";

export type Draw = (file: Blob) => Promise<Drawn | null>;

export class Thumbnails {
  readonly #source: WorkspaceSource;
  readonly #assets: Assets;
  readonly #draw: Draw;
  readonly #shown = new Cell<ReadonlyMap<string, string>>(new Map());
  /** The workspace that `#shown` is of; `null` until it has been read. */
  #readOf: OpenWorkspace | null = null;
  /** Files that can't be drawn. They aren't tried again while the page is open. */
  readonly #undrawable = new Set<string>();
  #rows: readonly AssetRow[] = [];
  #isWorking = false;
  #closed = false;

  constructor(source: WorkspaceSource, assets: Assets, draw: Draw = drawThumbnail) {
    this.#source = source;
    this.#assets = assets;
    this.#draw = draw;
  }

  /** Data URLs by the ids of files. */
  get all(): Observable<ReadonlyMap<string, string>> {
    return this.#shown;
  }

  /** Makes the thumbnails that these files lack, one after another, and removes those of other files. `rows`: all files of the user. */
  follow(rows: readonly AssetRow[]): void {
    this.#rows = rows;
    if (!this.#isWorking) void this.#work();
  }

  close(): void {
    this.#closed = true;
  }

  /** A local error ends the work until the files change. Nothing but the thumbnails is missing then. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    let done: readonly AssetRow[] | null = null;
    while (!this.#closed && done !== this.#rows) {
      done = this.#rows;
      const workspace = this.#source.current.get();
      if (workspace) await this.#settle(workspace, done).catch(() => {});
    }
    this.#isWorking = false;
  }

  async #settle(workspace: OpenWorkspace, rows: readonly AssetRow[]): Promise<void> {
    if (this.#readOf !== workspace) await this.#read(workspace);
    const ids = new Set(rows.map(({ id }) => id));
    const gone = [...this.#shown.get().keys()].filter((id) => !ids.has(id));
    if (gone.length > 0) {
      await workspace.db.appState.bulkDelete(gone.map((id) => PREFIX + id));
      this.#show((shown) => {
        for (const id of gone) shown.delete(id);
      });
    }
    for (const row of rows) {
      if (this.#closed || rows !== this.#rows || this.#source.current.get() !== workspace) return;
      const isMissing = row.fileType === "image" && row.onDevice && !this.#shown.get().has(row.id);
      if (isMissing && !this.#undrawable.has(row.id)) await this.#make(workspace, row);
    }
  }

  async #read(workspace: OpenWorkspace): Promise<void> {
    const stored = await workspace.db.appState.where("key").startsWith(PREFIX).toArray();
    this.#readOf = workspace;
    this.#shown.set(new Map(stored.map(({ key, value }) => [key.slice(PREFIX.length), String(value)])));
  }

  async #make({ db }: OpenWorkspace, { id, width, uploadStatus }: AssetRow): Promise<void> {
    const file = await this.#assets.file(id).catch(() => null);
    // The bytes have just left the device. It may be tried again when they are back.
    if (!file) return;
    const drawn = await this.#draw(file).catch(() => null);
    if (!drawn) return void this.#undrawable.add(id);
    await db.appState.put({ key: PREFIX + id, value: drawn.url });
    this.#show((shown) => shown.set(id, drawn.url));
    // The server has been told the size of other files by the device that added them.
    if (width === null && uploadStatus !== "completed")
      await this.#assets.update(id, { width: drawn.width, height: drawn.height });
  }

  #show(change: (shown: Map<string, string>) => void): void {
    const shown = new Map(this.#shown.get());
    change(shown);
    this.#shown.set(shown);
  }
}
