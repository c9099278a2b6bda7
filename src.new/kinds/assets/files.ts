// The files of one user on this device: added, changed, deleted, uploaded and downloaded. It composes the parts; each rule is in its own file.

import { Dexie } from "dexie";
import { InvalidInputError, LandfallError } from "../../errors";
import { retryEntries } from "../../outbox/actions";
import { deleteRow } from "../../outbox/delete";
import { enqueue } from "../../outbox/enqueue";
import { putRow } from "../../outbox/write";
import { entriesOf } from "../../store/entries";
import { stateOf } from "../../store/row-state";
import { guardStorage } from "../../store/storage-errors";
import type { SyncedKind } from "../../store/synced-kind";
import type { WorkerParts } from "../../sync/worker";
import type { AddOptions, Asset, AssetChanges, AssetLink, AssetRow } from "../../types/assets";
import { toIso } from "../../util/clock";
import { newId } from "../../util/ids";
import { isObserved } from "../../util/observed";
import { type ByteStore, openBytes } from "./bytes";
import { Downloads } from "./download";
import { Eviction } from "./eviction";
import { RememberedRules } from "./file-rules";
import { Progress } from "./progress";
import { browserPut, fetchPut } from "./put-bytes";
import { ASSETS, assetsIn, localFilesIn } from "./tables";
import { Uploader } from "./uploader";
import { checkId, checkLabel, cleanName, sameType, typeOf } from "./validate";
import { queryAsset } from "./views";

// In this module, so that they are in the chunk that is loaded on demand.
export { copyFiles, removeFiles } from "./claim";
export { followProgress } from "./follow-progress";

export class Files {
  readonly progress: Progress;
  readonly #eviction: Eviction;
  readonly #parts: WorkerParts;
  readonly #bytes: ByteStore;
  readonly #rules: RememberedRules;
  readonly #uploader: Uploader;
  readonly #downloads: Downloads;

  constructor(parts: WorkerParts) {
    const { db, clock, http, options } = parts;
    this.#parts = parts;
    // An application that passes its own IndexedDB or `fetch` wants everything to go through it.
    this.#bytes = openBytes(db.name, options.storage !== undefined);
    const put = options.fetch && !isObserved(options.fetch) ? fetchPut(options.fetch) : browserPut(clock);
    this.progress = new Progress(options, db.name, clock);
    this.#eviction = new Eviction(db, this.#bytes, options.files?.budgetBytes);
    this.#rules = new RememberedRules(parts);
    this.#uploader = new Uploader({ ...parts, bytes: this.#bytes, put, progress: this.progress, rules: this.#rules });
    const send = options.fetch ?? ((...request) => fetch(...request));
    this.#downloads = new Downloads({ db, http, clock, send, bytes: this.#bytes, eviction: this.#eviction });
  }

  async lead(signal: AbortSignal): Promise<void> {
    // Removes bytes that a crashed tab left without a row. Uploads don't wait for it, and its failure is harmless.
    void localFilesIn(this.#parts.db)
      .toCollection()
      .primaryKeys()
      .then((ids) => this.#bytes.removeOrphans(new Set(ids)))
      .catch(() => {});
    await this.#uploader.lead(signal);
  }

  wake(): void {
    this.#uploader.wake();
  }

  retryNow(): void {
    this.#uploader.retryNow();
  }

  async hold(held: boolean): Promise<void> {
    this.#uploader.hold(held);
  }

  close(): void {
    this.progress.close();
  }

  async add(file: Blob, options: AddOptions): Promise<AssetRow> {
    if (Dexie.currentTransaction) {
      throw new LandfallError("in_transaction", "A file can't be added inside a transaction: add it first.");
    }
    const { db, options: app } = this.#parts;
    const row = await this.#describe(file, options);
    const existing = await queryAsset(db, row.id);
    if (existing) return requireSameFile(existing, row);
    const local = { id: row.id, projectId: row.projectId, size: file.size, usedAt: row.createdAt };
    const keepLocal = options.keepLocal ?? app.files?.keepLocal ?? "until-synced";
    const state = { keepLocal, uploadStatus: "pending" as const };
    // The bytes first, then the rows in one transaction: whatever fails, no row exists without its bytes.
    const stored = await this.#eviction.whileStoring(() => guardStorage(() => this.#bytes.keep(row.id, file)));
    try {
      await this.#eviction.whileStoring(() =>
        this.#write(async (kind, now) => {
          await localFilesIn(db).put({ ...local, ...state, ...(stored && { file: stored }) });
          await putRow(db, kind, { ...row }, now, { localOnly: options.localOnly });
        }),
      );
    } catch (error) {
      await this.#bytes.remove(row.id).catch(() => {});
      throw error;
    }
    return (await queryAsset(db, row.id)) ?? { ...row, sync: { state: "saved" }, onDevice: true, localOnly: false };
  }

  async update(id: string, changes: AssetChanges): Promise<void> {
    checkLabel(changes);
    const { db } = this.#parts;
    await this.#write(async (kind, now) => {
      const row = await this.#required(id);
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      await putRow(db, kind, { ...row, ...Object.fromEntries(given), updatedAt: now }, now);
    });
  }

  async delete(id: string): Promise<void> {
    await this.#write((kind, now) => deleteRow(this.#parts.db, kind, id, now));
    await this.#bytes.remove(id);
  }

  async upload(id: string): Promise<void> {
    const { db } = this.#parts;
    const { fileName, mimeType, size } = await this.#required(id);
    typeOf({ type: mimeType, size }, fileName, await this.#rules.get());
    await this.#write(async (kind, now) => {
      const row = await this.#required(id);
      const entries = await entriesOf(db, ASSETS, id);
      const upload = entries.find(({ type }) => type === "upload");
      const { localOnly } = await stateOf(db, kind, id);
      if (localOnly) await putRow(db, kind, { ...row }, now, { localOnly: false });
      else if (upload) await retryEntries(db, [upload.id]);
      else if (row.uploadStatus === "failed" && (await localFilesIn(db).get(id))) {
        await enqueue(db, kind, { key: id, op: "put", create: true, row: { ...row }, now });
      }
    });
  }

  async file(id: string): Promise<File> {
    const row = await this.#required(id);
    return new File([await this.#downloads.bytesOf(row)], row.fileName, { type: row.mimeType });
  }

  async link(id: string): Promise<AssetLink> {
    return this.#downloads.linkTo(await this.#required(id));
  }

  async #describe(file: Blob, options: AddOptions): Promise<Asset> {
    checkLabel(options);
    const { id = newId(), fileName, projectId = null, width = null, height = null } = options;
    checkId(id);
    const now = toIso(this.#parts.clock.now());
    const name = fileName ?? cleanName("name" in file ? String(file.name) : "file");
    // What stays on this device is the application's own affair.
    const { fileType, mimeType } = typeOf(file, name, options.localOnly ? undefined : await this.#rules.get());
    return {
      ...{ id, projectId, fileName: name, fileType, mimeType, size: file.size, width, height },
      ...{ sha256: null, uploadStatus: "pending", storageUrl: null, error: null },
      ...{ revision: 0, createdAt: now, updatedAt: now },
    };
  }

  async #write(work: (kind: SyncedKind, now: string) => Promise<void>): Promise<void> {
    const { db, clock } = this.#parts;
    const kind = db.kinds.get(ASSETS) as SyncedKind;
    const now = toIso(clock.now());
    await guardStorage(() => db.transaction("rw", db.tables, async () => work(kind, now)));
  }

  async #required(id: string): Promise<Asset> {
    const row = await assetsIn(this.#parts.db).get(id);
    if (!row) throw new LandfallError("not_found", "There is no file with this id on this device.");
    return row;
  }
}

/** The same call may be repeated; another file under this id is refused. */
function requireSameFile(existing: AssetRow, { size, mimeType }: Asset): AssetRow {
  if (existing.size !== size || !sameType(existing.mimeType, mimeType))
    throw new InvalidInputError("/id", "Another file has this id.");
  return existing;
}
