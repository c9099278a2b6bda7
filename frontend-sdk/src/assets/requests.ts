// The requests about files, one function each, checked against the types that are generated from the server's document.

import type { CallOptions, Http } from "../api/http";
import type { Outcome } from "../api/outcome";
import type { Asset } from "../api/types";
import type {
  AssetRequest,
  Multipart,
  PresignAssetsData,
  PresignResponse,
  RegisterAssetData,
} from "../generated/types.gen";

/** The server copies the object and reads it before it answers: it gives the storage 45 s. */
const LOOK_TIMEOUT_MS = 60_000;

/** Announces a file and asks for a link to send it to. */
export function announce(http: Http, asset: AssetRequest, signal: AbortSignal): Promise<Outcome<PresignResponse>> {
  return presign(http, { operation: "upload", assets: [asset] }, signal);
}

/** Links to read files by. */
export function signDownloads(http: Http, assetIds: string[]): Promise<Outcome<PresignResponse>> {
  return presign(http, { operation: "download", assetIds });
}

function presign(http: Http, body: PresignAssetsData["body"], signal?: AbortSignal): Promise<Outcome<PresignResponse>> {
  const url: PresignAssetsData["url"] = "/api/assets/presign";
  return http.call({ method: "POST", url, body }, { signal, accepts: hasList("urls") });
}

/** Says that the bytes are there. */
export function register(http: Http, asset: AssetRequest, signal: AbortSignal): Promise<Outcome<Asset>> {
  const url: RegisterAssetData["url"] = "/api/assets";
  return http.call({ method: "POST", url, body: asset }, look(signal));
}

/** Begins an upload in parts, or goes on with it: links for what is missing. */
export function beginParts(http: Http, asset: AssetRequest, signal: AbortSignal): Promise<Outcome<Multipart>> {
  const url = `/api/assets/${asset.id}/multipart`;
  return http.call({ method: "POST", url, body: asset }, { signal, accepts: hasList("parts") });
}

/** Makes one file of the parts, and says that it is there. */
export function joinParts(http: Http, id: string, signal: AbortSignal): Promise<Outcome<Asset>> {
  return http.call({ method: "POST", url: `/api/assets/${id}/multipart/complete` }, look(signal));
}

function look(signal: AbortSignal): CallOptions<Asset> {
  const accepts = (data: unknown): data is Asset =>
    typeof data === "object" && data !== null && "uploadStatus" in data && "id" in data;
  return { signal, timeoutMs: LOOK_TIMEOUT_MS, accepts };
}

function hasList<T>(member: keyof T & string): (data: unknown) => data is T {
  return (data): data is T =>
    typeof data === "object" && data !== null && Array.isArray((data as Record<string, unknown>)[member]);
}
