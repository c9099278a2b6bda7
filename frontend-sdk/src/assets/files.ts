// The files of one person on this device: kept, changed, given up, sent and fetched. It puts the parts together; each rule stands in its own file.

import Dexie from "dexie";
import type { Asset } from "../api/types";
import { toIso } from "../clock";
import { guardStorage } from "../db/storage-errors";
import { InvalidInputError, LandfallError } from "../errors";
import { newId } from "../ids";
import { retryEntries } from "../outbox/by-hand";
import { enqueue } from "../outbox/enqueue";
import { ASSETS, type Definition } from "../rows/definition";
import { entriesOf, stateOf } from "../rows/state";
import { deleteRow, putRow } from "../rows/write";
import type { LandfallOptions } from "../types";
import { type ByteStore, openBytes } from "./bytes";
import { checkId, checkLabel, cleanName, fileTypeOf, mimeTypeOf } from "./check";
import { Fetching } from "./fetching";
import { Progress } from "./progress";
import { browserPut, fetchPut } from "./put";
import { Room } from "./room";
import type { AddOptions, AssetChanges, AssetLink, AssetRow } from "./types";
import { Uploader, type UploaderParts } from "./uploader";
import { queryAsset } from "./view";

export interface FilesParts extends Omit<UploaderParts, "bytes" | "progress" | "put"> {
  options: LandfallOptions;
}

export class Files {
  readonly progress: Progress;
  readonly room: Room;
  readonly #parts: FilesParts;
  readonly #bytes: ByteStore;
  readonly #uploader: Uploader;
  readonly #fetching: Fetching;

  constructor(parts: FilesParts) {
    const { db, clock, http, options } = parts;
    this.#parts = parts;
    // Who brings an IndexedDB or a `fetch` of their own wants everything to go through it.
    this.#bytes = openBytes(db.name, options.storage !== undefined);
    const put = options.fetch ? fetchPut(options.fetch) : browserPut(clock);
    this.progress = new Progress(db.name, clock);
    this.room = new Room(db, this.#bytes, options.files?.budgetBytes);
    this.#uploader = new Uploader({ ...parts, bytes: this.#bytes, put, progress: this.progress });
    const send = options.fetch ?? ((...request) => fetch(...request));
    this.#fetching = new Fetching({ db, http, clock, send, bytes: this.#bytes, room: this.room });
  }

  async lead(signal: AbortSignal): Promise<void> {
    const { db } = this.#parts;
    // What a tab left behind that died while it added a file. No reason to wait, and none to fail.
    void db.assets
      .toCollection()
      .primaryKeys()
      .then((ids) => this.#bytes.tidy(new Set(ids)))
      .catch(() => {});
    await this.#uploader.lead(signal);
  }

  wake(): void {
    this.#uploader.wake();
  }

  hurry(): void {
    this.#uploader.hurry();
  }

  close(): void {
    this.progress.close();
  }

  async add(file: Blob, options: AddOptions): Promise<AssetRow> {
    if (Dexie.currentTransaction) {
      throw new LandfallError("in_transaction", "A file can't be added inside a transaction: add it first.");
    }
    const { db, options: app } = this.#parts;
    const row = this.#describe(file, options);
    const there = await queryAsset(db, row.id);
    if (there) return sameFile(there, row);
    const local = { id: row.id, projectId: row.projectId, size: file.size, usedAt: row.createdAt };
    const keepLocal = options.keepLocal ?? app.files?.keepLocal ?? "until-synced";
    const wish = { keepLocal, uploadStatus: "pending" as const };
    // First the bytes, then in one transaction what speaks of them: whatever breaks off, nothing promises bytes that aren't there.
    const stored = await this.room.toStore(() => guardStorage(() => this.#bytes.keep(row.id, file)));
    try {
      await this.room.toStore(() =>
        this.#write(async (definition, now) => {
          await db.assets.put({ ...local, ...wish, ...(stored && { file: stored }) });
          await putRow(db, definition, { ...row }, now, { localOnly: options.localOnly });
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
    await this.#write(async (definition, now) => {
      const row = await this.#required(id);
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      await putRow(db, definition, { ...row, ...Object.fromEntries(given), updatedAt: now }, now);
    });
  }

  async delete(id: string): Promise<void> {
    await this.#write((definition, now) => deleteRow(this.#parts.db, definition, id, now));
    await this.#bytes.remove(id);
  }

  async upload(id: string): Promise<void> {
    const { db } = this.#parts;
    await this.#write(async (definition, now) => {
      const row = await this.#required(id);
      const entries = await entriesOf(db, ASSETS, id);
      const upload = entries.find(({ type }) => type === "upload");
      const { localOnly } = await stateOf(db, definition, id);
      if (localOnly) await putRow(db, definition, { ...row }, now, { localOnly: false });
      else if (upload) await retryEntries(db, [upload.id]);
      else if (row.uploadStatus === "failed" && (await db.assets.get(id))) {
        await enqueue(db, definition, { key: id, op: "put", create: true, row: { ...row }, now });
      }
    });
  }

  async file(id: string): Promise<File> {
    const row = await this.#required(id);
    return new File([await this.#fetching.bytesOf(row)], row.fileName, { type: row.mimeType });
  }

  async link(id: string): Promise<AssetLink> {
    return this.#fetching.linkTo(await this.#required(id));
  }

  #describe(file: Blob, options: AddOptions): Asset {
    checkLabel(options);
    const { id = newId(), fileName, projectId = null, width = null, height = null } = options;
    checkId(id);
    const now = toIso(this.#parts.clock.now());
    const mimeType = mimeTypeOf(file);
    const name = fileName ?? cleanName("name" in file ? String(file.name) : "file");
    return {
      ...{ id, projectId, fileName: name, fileType: fileTypeOf(mimeType), mimeType, size: file.size, width, height },
      ...{ sha256: null, uploadStatus: "pending", storageUrl: null, error: null },
      ...{ revision: 0, createdAt: now, updatedAt: now },
    };
  }

  async #write(work: (definition: Definition, now: string) => Promise<void>): Promise<void> {
    const { db, clock } = this.#parts;
    const definition = db.definitions.get(ASSETS) as Definition;
    const now = toIso(clock.now());
    await guardStorage(() => db.transaction("rw", db.tables, async () => work(definition, now)));
  }

  async #required(id: string): Promise<Asset> {
    const row = await this.#parts.db.assetMetadata.get(id);
    if (!row) throw new LandfallError("not_found", "There is no file with this id on this device.");
    return row;
  }
}

/** A repeat of the same call; anything else under this id would be lost. */
function sameFile(there: AssetRow, { size, mimeType }: Asset): AssetRow {
  if (there.size !== size || there.mimeType !== mimeType)
    throw new InvalidInputError("/id", "Another file has this id.");
  return there;
}
