// The bytes of files: from this device, or downloaded and kept.

import { LandfallError, OfflineError } from "../../errors";
import type { Http } from "../../http/client";
import { guardStorage } from "../../store/storage-errors";
import type { UserDatabase } from "../../store/synced-kind";
import type { Asset, AssetLink } from "../../types/assets";
import type { Clock } from "../../types/clock";
import { toIso } from "../../util/clock";
import type { ByteStore } from "./bytes";
import type { Eviction } from "./eviction";
import { DownloadLinks } from "./links";
import { assetsIn, localFilesIn } from "./tables";

/** A download has no abort: its caller waits for it. */
const NEVER_ABORTED = new AbortController().signal;

interface DownloadsParts {
  db: UserDatabase;
  http: Http;
  clock: Clock;
  /** To the storage. */
  send: typeof fetch;
  bytes: ByteStore;
  eviction: Eviction;
}

export class Downloads {
  readonly #parts: DownloadsParts;
  readonly #links: DownloadLinks;
  /** By id: concurrent calls share a download. */
  readonly #running = new Map<string, Promise<Blob>>();

  constructor(parts: DownloadsParts) {
    this.#parts = parts;
    this.#links = new DownloadLinks(parts.http, parts.clock);
  }

  async bytesOf(row: Asset): Promise<Blob> {
    const local = await this.#local(row.id);
    if (local) return local;
    requireUploaded(row);
    const running = this.#running.get(row.id);
    if (running) return running;
    const download = this.#download(row).finally(() => this.#running.delete(row.id));
    this.#running.set(row.id, download);
    return download;
  }

  async linkTo(row: Asset): Promise<AssetLink> {
    const local = await this.#local(row.id);
    if (!local) {
      requireUploaded(row);
      return { url: await this.#links.to(row.id), release: () => this.#links.forget(row.id) };
    }
    const url = URL.createObjectURL(local.type === row.mimeType ? local : new Blob([local], { type: row.mimeType }));
    return { url, release: () => URL.revokeObjectURL(url) };
  }

  /** Notes the time of use, by which copies are evicted. */
  async #local(id: string): Promise<Blob | undefined> {
    const { db, bytes, clock } = this.#parts;
    const local = await localFilesIn(db).get(id);
    const content = local && (await bytes.read(local));
    if (content) await localFilesIn(db).update(id, { usedAt: toIso(clock.now()) });
    return content;
  }

  async #download(row: Asset): Promise<Blob> {
    const response = (await this.#get(row.id)) ?? (await this.#get(row.id));
    const content = await response?.blob().catch((error: unknown) => {
      throw new OfflineError(error);
    });
    if (!response?.ok || content?.size !== row.size) {
      throw new LandfallError("fault", "The storage did not give the file as it should be. Try again.");
    }
    await this.#keep(row, content).catch(() => {});
    return content;
  }

  /** `null` where the link has expired; the next call gets a fresh one. */
  async #get(id: string): Promise<Response | null> {
    const url = await this.#links.to(id);
    const { http, send } = this.#parts;
    // Without the browser's cache: a response that was cached for an image element has no CORS headers, which storages send only to requests with an
    // origin, and would be refused. The bytes are kept here anyway.
    const request = (signal: AbortSignal) => send(url, { credentials: "omit", cache: "no-store", signal });
    const response = await http.alongside(NEVER_ABORTED, request).catch((error: unknown) => {
      throw new OfflineError(error);
    });
    if (response.ok) return response;
    this.#links.forget(id);
    return null;
  }

  /** Keeps a copy. The caller shows the file even if there is no room for it. */
  async #keep({ id, projectId, size }: Asset, content: Blob): Promise<void> {
    const { db, bytes, clock, eviction } = this.#parts;
    if (size > eviction.budgetBytes) return;
    const file = await eviction.whileStoring(() => guardStorage(() => bytes.keep(id, content)));
    const state = { uploadStatus: "completed", keepLocal: "until-synced", usedAt: toIso(clock.now()) } as const;
    await db.transaction("rw", localFilesIn(db), assetsIn(db), async () => {
      // The file may have been deleted meanwhile.
      if (!(await assetsIn(db).get(id))) return;
      await localFilesIn(db).put({ id, projectId, size, ...state, ...(file && { file }) });
    });
    await eviction.toBudget();
  }
}

function requireUploaded({ storageUrl }: Asset): void {
  if (storageUrl) return;
  throw new LandfallError("not_uploaded", "The device that this file was added on has not sent it yet.");
}
