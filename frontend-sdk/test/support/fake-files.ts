// The server's routes about files and a storage behind them, as much as the tests of the SDK need: announce, PUT, register, parts, links. The real
// ones have the last word in the browser tests.

import type { Asset } from "../../src/api/types";
import type { AssetRequest } from "../../src/generated/types.gen";
import type { FakeSpace } from "./fake-space";

export const STORAGE = "http://storage.test";
/** The fake cuts small, so that tests needn't be large. */
export const PART_BYTES = 8 * 1024 * 1024;

export interface FileAnswer {
  status: number;
  body?: unknown;
  code?: string;
  errors?: { pointer: string; code: string; detail: string }[];
}

const ok = (body: unknown, status = 200): FileAnswer => ({ status, body });
const refused = (status: number, code: string): FileAnswer => ({ status, code });
const invalid = (pointer: string, code: string): FileAnswer => ({
  status: 422,
  code: "validation_failed",
  errors: [{ pointer, code, detail: `${code} at ${pointer}` }],
});

export class FakeFiles {
  /** Bytes that were stored, by the path of their link. */
  readonly objects = new Map<string, Uint8Array>();
  /** Every PUT that reached the storage. */
  readonly puts: string[] = [];
  /** Bytes that a person's files may take up. */
  quotaBytes = Number.POSITIVE_INFINITY;
  /** Nothing reaches the storage, and the server says so. */
  away = false;

  /** A request at the storage. */
  async store(request: Request): Promise<Response> {
    if (this.away) throw new TypeError("fetch failed");
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") {
      this.puts.push(pathname);
      this.objects.set(pathname, new Uint8Array(await request.arrayBuffer()));
      return new Response(null, { status: 200 });
    }
    const found = this.objects.get(pathname);
    return found ? new Response(found.slice()) : new Response(null, { status: 404 });
  }

  /** A request at the server; `null` where it isn't about files. */
  answer(space: FakeSpace, method: string, path: string, body: unknown): FileAnswer | null {
    const [, id = "", what = ""] = /^\/api\/assets\/([0-9a-f-]{36})\/(multipart(?:\/complete)?)$/.exec(path) ?? [];
    if (method === "POST" && path === "/api/assets/presign") return this.#presign(space, body as Presign);
    if (method === "POST" && path === "/api/assets") return this.#register(space, (body as AssetRequest).id);
    if (method === "POST" && what === "multipart") return this.#begin(space, id, body as AssetRequest);
    if (method === "POST" && what) return this.#join(space, id);
    return null;
  }

  #presign(space: FakeSpace, { operation, assets = [], assetIds = [] }: Presign): FileAnswer {
    if (operation === "download") {
      return ok({ urls: assetIds.map((id) => this.#link(space, id)) });
    }
    const urls = [];
    for (const asset of assets) {
      const code = this.#announce(space, asset);
      if (code === "quota_exceeded") return refused(413, code);
      urls.push(
        code
          ? { assetId: asset.id, error: { code, detail: `detail of ${code}` } }
          : {
              assetId: asset.id,
              url: `${STORAGE}/staging/${asset.id}`,
              method: "PUT",
              headers: { "content-type": asset.mimeType },
            },
      );
    }
    return ok({ urls });
  }

  #link(space: FakeSpace, assetId: string) {
    const there = rowOf(space, assetId)?.uploadStatus === "completed";
    return there
      ? { assetId, url: `${STORAGE}/objects/${assetId}`, method: "GET", headers: {} }
      : { assetId, error: { code: "not_found", detail: "detail of not_found" } };
  }

  /** Why not, or nothing. */
  #announce(space: FakeSpace, asset: AssetRequest): string | undefined {
    const stored = space.table("assets").get(asset.id);
    if (stored?.deleted) return "asset_deleted";
    if (rowOf(space, asset.id)?.uploadStatus === "completed") return "already_uploaded";
    const others = Object.values(space.live("assets")).filter(({ id }) => id !== asset.id);
    const used = others.reduce((sum, { size }) => sum + Number(size), 0);
    if (used + asset.size > this.quotaBytes) return "quota_exceeded";
    const { sha256 = null, projectId = null, width = null, height = null } = asset;
    const fileType = asset.mimeType.split("/")[0];
    const status = { uploadStatus: "pending", storageUrl: null, error: null };
    space.set("assets", asset.id, { ...asset, sha256, projectId, width, height, fileType, ...status });
    return undefined;
  }

  #register(space: FakeSpace, id: string): FileAnswer {
    const row = rowOf(space, id);
    if (!row) return refused(404, "not_found");
    if (row.uploadStatus === "completed") return ok(row);
    if (this.away) return refused(503, "storage_unavailable");
    const bytes = this.objects.get(`/staging/${id}`) ?? this.objects.get(`/objects/${id}`);
    if (!bytes) return invalid("/id", "not_uploaded");
    if (bytes.length !== row.size) return invalid("/size", "wrong_size");
    this.objects.set(`/objects/${id}`, bytes);
    this.objects.delete(`/staging/${id}`);
    space.set("assets", id, { ...row, uploadStatus: "completed", storageUrl: `/api/assets/${id}/content` });
    return ok(rowOf(space, id), 201);
  }

  #begin(space: FakeSpace, id: string, asset: AssetRequest): FileAnswer {
    const code = this.#announce(space, asset);
    if (code) return refused(code === "quota_exceeded" ? 413 : 409, code);
    if (this.away) return refused(503, "storage_unavailable");
    const parts = Array.from({ length: Math.ceil(asset.size / PART_BYTES) }, (_, index) => {
      const path = `/parts/${id}/${index + 1}`;
      const size = Math.min(PART_BYTES, asset.size - index * PART_BYTES);
      const arrived = this.objects.get(path)?.length === size;
      return { partNumber: index + 1, size, arrived, url: arrived ? null : `${STORAGE}${path}`, expiresAt: null };
    });
    return ok({ uploadId: "u", partSize: PART_BYTES, parts });
  }

  #join(space: FakeSpace, id: string): FileAnswer {
    const parts = [...this.objects]
      .filter(([path]) => path.startsWith(`/parts/${id}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.objects.set(`/staging/${id}`, Uint8Array.from(Buffer.concat(parts.map(([, bytes]) => bytes))));
    return this.#register(space, id);
  }
}

interface Presign {
  operation: "upload" | "download";
  assets?: AssetRequest[];
  assetIds?: string[];
}

function rowOf(space: FakeSpace, id: string): Asset | undefined {
  return space.live("assets")[id] as Asset | undefined;
}
