// The requests about files, one function each, checked against the types that are generated from the OpenAPI document.

import type {
  AssetRequest,
  Multipart,
  PresignAssetsData,
  PresignResponse,
  RegisterAssetData,
  SyncInitResponse,
} from "../../generated/types.gen";
import type { CallOptions, Http } from "../../http/client";
import type { Outcome } from "../../http/outcome";
import type { Asset } from "../../types/assets";

/** The server copies and checks the object before it answers, and gives the storage 45 s. */
const REGISTER_TIMEOUT_MS = 60_000;

/** Registers an upload and returns a link to send the file to. */
export function registerUpload(
  http: Http,
  asset: AssetRequest,
  signal: AbortSignal,
): Promise<Outcome<PresignResponse>> {
  return presign(http, { operation: "upload", assets: [asset] }, signal);
}

/** Returns links to download files by. */
export function signDownloads(http: Http, assetIds: string[]): Promise<Outcome<PresignResponse>> {
  return presign(http, { operation: "download", assetIds });
}

function presign(http: Http, body: PresignAssetsData["body"], signal?: AbortSignal): Promise<Outcome<PresignResponse>> {
  const url: PresignAssetsData["url"] = "/api/assets/presign";
  return http.call({ method: "POST", url, body }, { signal, accepts: hasList("urls") });
}

/** Tells the server that the bytes are in the storage. */
export function registerAsset(http: Http, asset: AssetRequest, signal: AbortSignal): Promise<Outcome<Asset>> {
  const url: RegisterAssetData["url"] = "/api/assets";
  return http.call({ method: "POST", url, body: asset }, registerOptions(signal));
}

/** The initial snapshot, for the limits in it. The browser's cache asks by the ETag, so that it is short where nothing has changed. */
export function fetchLimits(http: Http, signal: AbortSignal): Promise<Outcome<SyncInitResponse>> {
  const accepts = (data: unknown): data is SyncInitResponse =>
    typeof data === "object" && data !== null && "limits" in data && "user" in data;
  return http.call({ method: "GET", url: "/api/sync/init?messageLimit=1" }, { signal, accepts });
}

/** Begins or continues an upload in parts: returns links for the missing ones. */
export function beginParts(http: Http, asset: AssetRequest, signal: AbortSignal): Promise<Outcome<Multipart>> {
  const url = `/api/assets/${asset.id}/multipart`;
  return http.call({ method: "POST", url, body: asset }, { signal, accepts: hasList("parts") });
}

/** Joins the parts and registers the file. */
export function completeParts(http: Http, id: string, signal: AbortSignal): Promise<Outcome<Asset>> {
  return http.call({ method: "POST", url: `/api/assets/${id}/multipart/complete` }, registerOptions(signal));
}

function registerOptions(signal: AbortSignal): CallOptions<Asset> {
  const accepts = (data: unknown): data is Asset =>
    typeof data === "object" && data !== null && "uploadStatus" in data && "id" in data;
  return { signal, timeoutMs: REGISTER_TIMEOUT_MS, accepts };
}

function hasList<T>(member: keyof T & string): (data: unknown) => data is T {
  return (data): data is T =>
    typeof data === "object" && data !== null && Array.isArray((data as Record<string, unknown>)[member]);
}
