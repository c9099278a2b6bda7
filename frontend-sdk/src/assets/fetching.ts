// The bytes of files for whoever wants them: from this device, or from the storage, and then kept for the next time.

import type { Http } from "../api/http";
import type { Asset } from "../api/types";
import { type Clock, toIso } from "../clock";
import type { UserDatabase } from "../db/database";
import { guardStorage } from "../db/storage-errors";
import { LandfallError, OfflineError } from "../errors";
import type { ByteStore } from "./bytes";
import { Links } from "./links";
import type { Room } from "./room";
import type { AssetLink } from "./types";

/** Whoever asks for a file waits for it. */
const NEVER_ABORTED = new AbortController().signal;

interface FetchingParts {
  db: UserDatabase;
  http: Http;
  clock: Clock;
  /** To the storage. */
  send: typeof fetch;
  bytes: ByteStore;
  room: Room;
}

export class Fetching {
  readonly #parts: FetchingParts;
  readonly #links: Links;
  /** Who wants the same file at once shares the download. */
  readonly #underWay = new Map<string, Promise<Blob>>();

  constructor(parts: FetchingParts) {
    this.#parts = parts;
    this.#links = new Links(parts.http, parts.clock);
  }

  async bytesOf(row: Asset): Promise<Blob> {
    const here = await this.#here(row.id);
    if (here) return here;
    requireUploaded(row);
    const again = this.#underWay.get(row.id);
    if (again) return again;
    const download = this.#download(row).finally(() => this.#underWay.delete(row.id));
    this.#underWay.set(row.id, download);
    return download;
  }

  async linkTo(row: Asset): Promise<AssetLink> {
    const here = await this.#here(row.id);
    if (!here) {
      requireUploaded(row);
      return { url: await this.#links.to(row.id), release: () => this.#links.forget(row.id) };
    }
    const url = URL.createObjectURL(here.type === row.mimeType ? here : new Blob([here], { type: row.mimeType }));
    return { url, release: () => URL.revokeObjectURL(url) };
  }

  /** Whoever looks at a file keeps it from being the first to leave. */
  async #here(id: string): Promise<Blob | undefined> {
    const { db, bytes, clock } = this.#parts;
    const local = await db.assets.get(id);
    const content = local && (await bytes.read(local));
    if (content) await db.assets.update(id, { usedAt: toIso(clock.now()) });
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

  /** `null` where the link had ended: the next one will be fresh. */
  async #get(id: string): Promise<Response | null> {
    const url = await this.#links.to(id);
    const { http, send } = this.#parts;
    // Past the browser's cache: what it keeps of the same link for a picture on screen came without CORS headers, which storages send only to who names
    // an origin, and would be refused. The bytes are kept here anyway.
    const ask = (signal: AbortSignal) => send(url, { credentials: "omit", cache: "no-store", signal });
    const response = await http.alongside(NEVER_ABORTED, ask).catch((error: unknown) => {
      throw new OfflineError(error);
    });
    if (response.ok) return response;
    this.#links.forget(id);
    return null;
  }

  /** No room for a copy is no reason not to show the file. */
  async #keep({ id, projectId, size }: Asset, content: Blob): Promise<void> {
    const { db, bytes, clock, room } = this.#parts;
    if (size > room.budgetBytes) return;
    const file = await room.toStore(() => guardStorage(() => bytes.keep(id, content)));
    const state = { uploadStatus: "completed", keepLocal: "until-synced", usedAt: toIso(clock.now()) } as const;
    await db.transaction("rw", db.assets, db.assetMetadata, async () => {
      // Deleted while it came.
      if (!(await db.assetMetadata.get(id))) return;
      await db.assets.put({ id, projectId, size, ...state, ...(file && { file }) });
    });
    await room.keepBudget();
  }
}

function requireUploaded({ storageUrl }: Asset): void {
  if (storageUrl) return;
  throw new LandfallError("not_uploaded", "The device that this file was added on has not sent it yet.");
}
