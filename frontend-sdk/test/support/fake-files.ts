// The file routes of the server and a storage, as far as the unit tests need them: register an upload, PUT, complete,
// parts, links. The browser tests use the real ones.

import type { AssetRequest, FileRules, FileTypeRule } from "../../src/generated/types.gen";
import type { Asset } from "../../src/types/wire";
import type { FakeUserData } from "./fake-user-data";

export const STORAGE = "http://storage.test";
/** The size of a part. */
export const PART_BYTES = 8 * 1024 * 1024;

export interface FileAnswer {
  status: number;
  body?: unknown;
  code?: string;
  errors?: { pointer: string; code: string; detail: string }[];
}

const ok = (body: unknown, status = 200): FileAnswer => ({ status, body });
const failure = (status: number, code: string): FileAnswer => ({ status, code });
const invalid = (pointer: string, code: string): FileAnswer => ({
  status: 422,
  code: "validation_failed",
  errors: [{ pointer, code, detail: `${code} at ${pointer}` }],
});

function rule(mimeType: string, fileType: FileTypeRule["fileType"], extensions: string[], more = {}): FileTypeRule {
  return {
    mimeType,
    fileType,
    extensions,
    aliases: [],
    sharedAliases: [],
    minBytes: 1,
    maxBytes: 100_000_000,
    ...more,
  };
}

/** A part of the server's list of types. */
export const FILE_RULES: FileRules = {
  types: [
    rule("image/png", "image", ["png"]),
    rule("image/heic", "image", ["heic"]),
    rule("video/mp4", "video", ["mp4"]),
    rule("audio/mp4", "audio", ["m4a", "mp4"], { aliases: ["audio/x-m4a"] }),
    rule("text/plain", "document", ["txt"], { minBytes: 0 }),
    rule("text/csv", "document", ["csv"], { minBytes: 0, sharedAliases: ["application/vnd.ms-excel"] }),
  ],
  refusedExtensions: ["html", "svg"],
};

export class FakeFiles {
  /** What the initial snapshot says about the types of files. */
  rules = FILE_RULES;
  /** Stored bytes by the path of their link. */
  readonly objects = new Map<string, Uint8Array>();
  /** Every PUT that reached the storage. */
  readonly puts: string[] = [];
  /** The quota of a user's files, in bytes. */
  quotaBytes = Number.POSITIVE_INFINITY;
  /** Whether the storage is unreachable. The server then answers 503. */
  unavailable = false;

  /** Handles a request to the storage. */
  async store(request: Request): Promise<Response> {
    if (this.unavailable) throw new TypeError("fetch failed");
    const { pathname } = new URL(request.url);
    if (request.method === "PUT") {
      this.puts.push(pathname);
      this.objects.set(pathname, new Uint8Array(await request.arrayBuffer()));
      return new Response(null, { status: 200 });
    }
    const found = this.objects.get(pathname);
    return found ? new Response(found.slice()) : new Response(null, { status: 404 });
  }

  /** Handles a request to the server. Returns null for other routes. */
  answer(userData: FakeUserData, method: string, path: string, body: unknown): FileAnswer | null {
    const [, id = "", what = ""] = /^\/api\/assets\/([0-9a-f-]{36})\/(multipart(?:\/complete)?)$/.exec(path) ?? [];
    if (method === "POST" && path === "/api/assets/presign") return this.#presign(userData, body as Presign);
    if (method === "POST" && path === "/api/assets") return this.#register(userData, (body as AssetRequest).id);
    if (method === "POST" && what === "multipart") return this.#begin(userData, id, body as AssetRequest);
    if (method === "POST" && what) return this.#join(userData, id);
    return null;
  }

  #presign(userData: FakeUserData, { operation, assets = [], assetIds = [] }: Presign): FileAnswer {
    if (operation === "download") {
      return ok({ urls: assetIds.map((id) => this.#link(userData, id)) });
    }
    const urls = [];
    for (const asset of assets) {
      const code = this.#registerUpload(userData, asset);
      if (code === "quota_exceeded") return failure(413, code);
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

  #link(userData: FakeUserData, assetId: string) {
    const there = rowOf(userData, assetId)?.uploadStatus === "completed";
    return there
      ? { assetId, url: `${STORAGE}/objects/${assetId}`, method: "GET", headers: {} }
      : { assetId, error: { code: "not_found", detail: "detail of not_found" } };
  }

  /** The error code, or nothing. */
  #registerUpload(userData: FakeUserData, asset: AssetRequest): string | undefined {
    const stored = userData.table("assets").get(asset.id);
    if (stored?.deleted) return "asset_deleted";
    if (rowOf(userData, asset.id)?.uploadStatus === "completed") return "already_uploaded";
    const others = Object.values(userData.live("assets")).filter(({ id }) => id !== asset.id);
    const used = others.reduce((sum, { size }) => sum + Number(size), 0);
    if (used + asset.size > this.quotaBytes) return "quota_exceeded";
    const { sha256 = null, projectId = null, width = null, height = null } = asset;
    const fileType = asset.mimeType.split("/")[0];
    const status = { uploadStatus: "pending", storageUrl: null, error: null };
    userData.set("assets", asset.id, { ...asset, sha256, projectId, width, height, fileType, ...status });
    return undefined;
  }

  #register(userData: FakeUserData, id: string): FileAnswer {
    const row = rowOf(userData, id);
    if (!row) return failure(404, "not_found");
    if (row.uploadStatus === "completed") return ok(row);
    if (this.unavailable) return failure(503, "storage_unavailable");
    const bytes = this.objects.get(`/staging/${id}`) ?? this.objects.get(`/objects/${id}`);
    if (!bytes) return invalid("/id", "not_uploaded");
    if (bytes.length !== row.size) return invalid("/size", "wrong_size");
    this.objects.set(`/objects/${id}`, bytes);
    this.objects.delete(`/staging/${id}`);
    userData.set("assets", id, { ...row, uploadStatus: "completed", storageUrl: `/api/assets/${id}/content` });
    return ok(rowOf(userData, id), 201);
  }

  #begin(userData: FakeUserData, id: string, asset: AssetRequest): FileAnswer {
    const code = this.#registerUpload(userData, asset);
    if (code) return failure(code === "quota_exceeded" ? 413 : 409, code);
    if (this.unavailable) return failure(503, "storage_unavailable");
    const parts = Array.from({ length: Math.ceil(asset.size / PART_BYTES) }, (_, index) => {
      const path = `/parts/${id}/${index + 1}`;
      const size = Math.min(PART_BYTES, asset.size - index * PART_BYTES);
      const arrived = this.objects.get(path)?.length === size;
      return { partNumber: index + 1, size, arrived, url: arrived ? null : `${STORAGE}${path}`, expiresAt: null };
    });
    return ok({ uploadId: "u", partSize: PART_BYTES, parts });
  }

  #join(userData: FakeUserData, id: string): FileAnswer {
    const parts = [...this.objects]
      .filter(([path]) => path.startsWith(`/parts/${id}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.objects.set(`/staging/${id}`, Uint8Array.from(Buffer.concat(parts.map(([, bytes]) => bytes))));
    return this.#register(userData, id);
  }
}

interface Presign {
  operation: "upload" | "download";
  assets?: AssetRequest[];
  assetIds?: string[];
}

function rowOf(userData: FakeUserData, id: string): Asset | undefined {
  return userData.live("assets")[id] as Asset | undefined;
}
