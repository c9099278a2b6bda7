// One file on its way to the server: announce it, send the bytes to the storage, say that they are there. Every step can be repeated, and what
// has arrived isn't sent again. It knows the requests and what their answers mean, and no queue.

import type { Outcome, Refusal } from "../api/outcome";
import type { Asset } from "../api/types";
import type { AssetRequest } from "../generated/types.gen";
import type { PutOutcome } from "./put";

/** Larger files go in parts, as the server cuts them, so that a broken line costs a part. */
export const WHOLE_BYTES = 8 * 1024 * 1024;

/** How an attempt ended. */
export type UploadEnd =
  | { kind: "stored"; row: Asset }
  /** On another device, meanwhile. */
  | { kind: "deleted" }
  /** It will never pass as it is. */
  | { kind: "refused"; code: string; reason: string }
  /** Everybody was reached, and this file failed. */
  | { kind: "failed"; code?: string; reason: string }
  /** The storage is away, or asks for a pause; no fault of the file's. */
  | { kind: "later"; reason: string; retryAfterMs: number | null }
  /** Our server is out of reach, or doubts the session. */
  | { kind: "unanswered"; outcome: Outcome<unknown> };

/** What an attempt works with. */
export interface UploadSteps {
  announce(): Promise<Outcome<{ urls: { error?: Refused | null; url?: string; headers?: Record<string, string> }[] }>>;
  register(): Promise<Outcome<Asset>>;
  beginParts(): Promise<Outcome<{ partSize: number; parts: Part[] }>>;
  joinParts(): Promise<Outcome<Asset>>;
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

type Refused = { code: string; detail: string };

const AWAY = "The storage for files can't be reached.";

/** Parts of one file that are under way at once. */
const PARALLEL_PARTS = 3;

/**
 * `bytes` is undefined where they have left this device, and the server has lost its row to a backup: then the storage has them still, and the server
 * looks there.
 */
export async function upload(steps: UploadSteps, bytes: Blob | undefined): Promise<UploadEnd> {
  return bytes && bytes.size > WHOLE_BYTES ? inParts(steps, bytes) : whole(steps, bytes);
}

async function whole(steps: UploadSteps, bytes: Blob | undefined): Promise<UploadEnd> {
  const announced = await steps.announce();
  if (announced.kind !== "ok") return endOf(announced);
  const [link] = announced.data.urls;
  if (link?.error && link.error.code !== "already_uploaded") return refusedBy(link.error.code, link.error.detail);
  if (link?.url && bytes) {
    const sent = await steps.put(link.url, link.headers ?? {}, bytes, steps.onProgress);
    if (sent.kind !== "stored") return notStored(sent);
  }
  return registered(
    await steps.register(),
    bytes ? undefined : "Neither this device nor the server has its bytes any more.",
  );
}

async function inParts(steps: UploadSteps, bytes: Blob): Promise<UploadEnd> {
  const begun = await steps.beginParts();
  if (begun.kind === "refused" && begun.refusal.code === "already_uploaded") return registered(await steps.register());
  if (begun.kind !== "ok") return endOf(begun);
  const { parts, partSize } = begun.data;
  const loaded = new Map(parts.filter(({ arrived }) => arrived).map(({ partNumber, size }) => [partNumber, size]));
  const tell = (part: Part, now: number) => {
    loaded.set(part.partNumber, now);
    steps.onProgress([...loaded.values()].reduce((sum, one) => sum + one, 0));
  };
  const missing = parts.filter(({ arrived }) => !arrived);
  let trouble: UploadEnd | null = null;
  const sendNext = async (): Promise<void> => {
    for (let part = missing.shift(); part && !trouble; part = missing.shift()) {
      const next = part;
      const from = (part.partNumber - 1) * partSize;
      const body = bytes.slice(from, from + part.size);
      const sent = await steps.put(part.url ?? "", {}, body, (now) => tell(next, now));
      if (sent.kind === "stored") tell(part, part.size);
      else trouble ??= notStored(sent);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_PARTS }, sendNext));
  return trouble ?? registered(await steps.joinParts());
}

/** What the server found when it looked. */
function registered(outcome: Outcome<Asset>, lost?: string): UploadEnd {
  if (outcome.kind === "ok") return { kind: "stored", row: outcome.data };
  if (outcome.kind !== "refused") return endOf(outcome);
  const { code, errors, reason } = outcome.refusal;
  const why = errors[0]?.code ?? code;
  if (why !== "not_uploaded" && why !== "not_found") return endOf(outcome);
  return lost ? { kind: "refused", code: "file_missing", reason: lost } : { kind: "failed", code: why, reason };
}

/** A browser can't tell an absent storage from one that forbids; the server was just there, so the file isn't to blame. */
function notStored(sent: Exclude<PutOutcome, { kind: "stored" }>): UploadEnd {
  if (sent.kind === "broken" || sent.status === 429 || sent.status >= 500) {
    return { kind: "later", reason: AWAY, retryAfterMs: null };
  }
  // The link has ended, most likely; the next attempt has a fresh one.
  return { kind: "failed", code: "upload_failed", reason: `The storage did not take the file (${sent.status}).` };
}

function endOf(outcome: Exclude<Outcome<unknown>, { kind: "ok" }>): UploadEnd {
  switch (outcome.kind) {
    case "refused":
      return endOfRefusal(outcome.refusal);
    case "busy":
      return { ...outcome, kind: "later", reason: outcome.code === "storage_unavailable" ? AWAY : outcome.reason };
    case "fault":
      return { kind: "failed", reason: outcome.reason, ...(outcome.code && { code: outcome.code }) };
    default:
      return { kind: "unanswered", outcome };
  }
}

function endOfRefusal({ code, reason, errors }: Refusal): UploadEnd {
  const [first] = errors;
  return code === "validation_failed" && first
    ? refusedBy(first.code, sentence(first.detail))
    : refusedBy(code, reason);
}

function refusedBy(code: string, reason: string): UploadEnd {
  return code === "asset_deleted" ? { kind: "deleted" } : { kind: "refused", code, reason };
}

/** Details of members are fragments. */
function sentence(fragment: string): string {
  return `${fragment.charAt(0).toUpperCase()}${fragment.slice(1)}${fragment.endsWith(".") ? "" : "."}`;
}

/** What the server is told of a file. */
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

/** Lower-case hex. Of a file that goes as a whole; a larger one would have to be in memory, and pages without a secure origin can't. */
export async function checksum(bytes: Blob | undefined): Promise<string | null> {
  if (!bytes || bytes.size > WHOLE_BYTES || typeof crypto === "undefined" || !crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
