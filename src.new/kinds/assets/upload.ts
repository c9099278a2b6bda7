// The steps of one upload: register it, send the bytes to the storage, register the file. Each step can be repeated, and bytes that have arrived
// aren't sent again.

import type { AssetRequest } from "../../generated/types.gen";
import type { Outcome, Refusal } from "../../http/outcome";
import type { Asset } from "../../types/assets";
import type { PutOutcome } from "./put-bytes";

/** Larger files are sent in the parts that the server names, so that a broken connection costs one part. */
export const WHOLE_BYTES = 8 * 1024 * 1024;

/** How an attempt ended. */
export type UploadResult =
  | { kind: "stored"; row: Asset }
  /** Another device has deleted the file. */
  | { kind: "deleted" }
  /** It will never pass as it is. */
  | { kind: "refused"; code: string; reason: string }
  /** Server and storage were reached, and this file failed. `progress`: parts of it have arrived in this attempt. */
  | { kind: "failed"; code?: string; reason: string; progress?: boolean }
  /** The storage can't be reached or asks for a pause; not the file's fault. */
  | { kind: "later"; reason: string; retryAfterMs: number | null }
  /** Our server can't be reached, or doubts the session. */
  | { kind: "unanswered"; outcome: Outcome<unknown> };

/** What an attempt works with. */
export interface UploadSteps {
  registerUpload(): Promise<
    Outcome<{ urls: { error?: MemberError | null; url?: string; headers?: Record<string, string> }[] }>
  >;
  registerAsset(): Promise<Outcome<Asset>>;
  beginParts(): Promise<Outcome<{ partSize: number; parts: Part[] }>>;
  completeParts(): Promise<Outcome<Asset>>;
  put(
    url: string,
    headers: Record<string, string>,
    body: Blob,
    onProgress: (loaded: number) => void,
  ): Promise<PutOutcome>;
  /** Bytes of the file that have arrived or left. */
  onProgress(loaded: number): void;
}

interface Part {
  partNumber: number;
  size: number;
  arrived: boolean;
  url: string | null;
}

type MemberError = { code: string; detail: string };

const STORAGE_AWAY = "The storage for files can't be reached.";

/** The storage refuses a link. */
const LINK_REFUSED = "upload_failed";

/** Parts of one file that are sent at once. */
const PARALLEL_PARTS = 3;

/**
 * Uploads one file. `bytes` is undefined where they have left this device and the server has lost its row to a restore: the storage may still have
 * them, and the server checks.
 */
export async function upload(steps: UploadSteps, bytes: Blob | undefined): Promise<UploadResult> {
  return bytes && bytes.size > WHOLE_BYTES ? uploadParts(steps, bytes) : uploadWhole(steps, bytes);
}

async function uploadWhole(steps: UploadSteps, bytes: Blob | undefined): Promise<UploadResult> {
  const registered = await steps.registerUpload();
  if (registered.kind !== "ok") return resultOf(registered);
  const [link] = registered.data.urls;
  if (link?.error && link.error.code !== "already_uploaded") return refused(link.error.code, link.error.detail);
  if (link?.url && bytes) {
    const sent = await steps.put(link.url, link.headers ?? {}, bytes, steps.onProgress);
    if (sent.kind === "refused") return notStored(sent);
    // The answer may have been lost on the way. The server knows whether the bytes are there, and they aren't sent a second time.
    const arrived = sent.kind === "broken" && sent.sent ? await steps.registerAsset() : null;
    if (arrived?.kind === "ok") return { kind: "stored", row: arrived.data };
    if (sent.kind === "broken") return notStored(sent);
  }
  return afterRegister(
    await steps.registerAsset(),
    bytes ? undefined : "Neither this device nor the server has its bytes any more.",
  );
}

async function uploadParts(steps: UploadSteps, bytes: Blob): Promise<UploadResult> {
  for (let idle = false; ; ) {
    const sent = await sendParts(steps, bytes);
    // The links may have expired, or the storage has lost the upload. The server knows, and begins another upload.
    const isGone = sent.kind === "failed" && (sent.code === LINK_REFUSED || sent.code === "not_uploaded");
    if (!isGone || (idle && !sent.progress)) return sent;
    // A large file on a slow connection outlives its links more than once.
    idle = !sent.progress;
  }
}

async function sendParts(steps: UploadSteps, bytes: Blob): Promise<UploadResult> {
  const begun = await steps.beginParts();
  if (begun.kind === "refused" && begun.refusal.code === "already_uploaded")
    return afterRegister(await steps.registerAsset());
  if (begun.kind !== "ok") return resultOf(begun);
  const { parts, partSize } = begun.data;
  const loaded = new Map(parts.filter(({ arrived }) => arrived).map(({ partNumber, size }) => [partNumber, size]));
  const report = (part: Part, now: number) => {
    loaded.set(part.partNumber, now);
    steps.onProgress([...loaded.values()].reduce((sum, one) => sum + one, 0));
  };
  const missing = parts.filter(({ arrived }) => !arrived);
  let failure: UploadResult | null = null;
  let progress = false;
  const sendNext = async (): Promise<void> => {
    for (let part = missing.shift(); part && !failure; part = missing.shift()) {
      const next = part;
      const from = (part.partNumber - 1) * partSize;
      const body = bytes.slice(from, from + part.size);
      const sent = await steps.put(part.url ?? "", {}, body, (now) => report(next, now));
      if (sent.kind === "stored") {
        report(part, part.size);
        progress = true;
      } else failure ??= notStored(sent);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_PARTS }, sendNext));
  const result: UploadResult = failure ?? afterRegister(await steps.completeParts());
  return result.kind === "failed" ? { ...result, progress } : result;
}

/** `lost` is the reason shown when the storage has no bytes and this device has none to send. */
function afterRegister(outcome: Outcome<Asset>, lost?: string): UploadResult {
  if (outcome.kind === "ok") return { kind: "stored", row: outcome.data };
  if (outcome.kind !== "refused") return resultOf(outcome);
  const { code, errors, reason } = outcome.refusal;
  const cause = errors[0]?.code ?? code;
  if (cause !== "not_uploaded" && cause !== "not_found") return resultOf(outcome);
  return lost ? { kind: "refused", code: "file_missing", reason: lost } : { kind: "failed", code: cause, reason };
}

/** A browser can't tell an unreachable storage from one that forbids. The server was just reached, so the file isn't the cause. */
function notStored(sent: Exclude<PutOutcome, { kind: "stored" }>): UploadResult {
  if (sent.kind === "broken" || sent.status === 429 || sent.status >= 500) {
    return { kind: "later", reason: STORAGE_AWAY, retryAfterMs: null };
  }
  // Most likely the link has expired; the next attempt gets a fresh one.
  return { kind: "failed", code: LINK_REFUSED, reason: `The storage did not take the file (${sent.status}).` };
}

function resultOf(outcome: Exclude<Outcome<unknown>, { kind: "ok" }>): UploadResult {
  switch (outcome.kind) {
    case "refused":
      return resultOfRefusal(outcome.refusal);
    case "busy":
      return {
        ...outcome,
        kind: "later",
        reason: outcome.code === "storage_unavailable" ? STORAGE_AWAY : outcome.reason,
      };
    case "fault":
      return { kind: "failed", reason: outcome.reason, ...(outcome.code && { code: outcome.code }) };
    default:
      return { kind: "unanswered", outcome };
  }
}

function resultOfRefusal({ code, reason, errors }: Refusal): UploadResult {
  const [first] = errors;
  return code === "validation_failed" && first ? refused(first.code, sentence(first.detail)) : refused(code, reason);
}

function refused(code: string, reason: string): UploadResult {
  return code === "asset_deleted" ? { kind: "deleted" } : { kind: "refused", code, reason };
}

/** The details of a member's errors are fragments. */
function sentence(fragment: string): string {
  return `${fragment.charAt(0).toUpperCase()}${fragment.slice(1)}${fragment.endsWith(".") ? "" : "."}`;
}

/** The file as the server's requests describe it. `sha256` is lower-case hex. */
export function describe(row: Asset, size: number, sha256: string | null): AssetRequest {
  const { id, fileName, mimeType, projectId, width, height } = row;
  return {
    ...{ id, fileName, mimeType, size },
    ...(projectId !== null && { projectId }),
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(sha256 !== null && { sha256 }),
  };
}

/** SHA-256 as lower-case hex, or `null` for a file that is sent in parts (it would have to be in memory) and outside a secure context. */
export async function checksum(bytes: Blob | undefined): Promise<string | null> {
  if (!bytes || bytes.size > WHOLE_BYTES || typeof crypto === "undefined" || !crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
