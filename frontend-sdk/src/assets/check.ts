// What of a file the server would refuse for ever is refused here, before anything is stored. Pure.

import type { Asset } from "../api/types";
import { InvalidInputError } from "../errors";
import { checkKey, cleanText } from "../rows/check";
import type { AddOptions, AssetChanges } from "./types";

const MAX_NAME_CHARS = 255;
const MAX_PIXELS = 1_000_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Nothing else is shown in headers and lists as it is. */
const CONTROL = /\p{Cc}/gu;

/** A name as the server takes it: without control characters, and not longer than it may be. */
export function cleanName(name: string): string {
  const cleaned = [...cleanText(name).replace(CONTROL, " ").trim()].slice(0, MAX_NAME_CHARS).join("");
  return cleaned || "file";
}

export function checkId(id: string): void {
  if (!UUID.test(id)) throw new InvalidInputError("/id", "It must be a UUID in lower case.");
}

export function checkLabel({ fileName, projectId, width, height }: AddOptions | AssetChanges): void {
  if (fileName !== undefined && (fileName.length === 0 || cleanName(fileName) !== fileName)) {
    throw new InvalidInputError(
      "/fileName",
      `It must have 1 to ${MAX_NAME_CHARS} characters, without control characters.`,
    );
  }
  if (projectId != null) checkKey("/projectId", projectId);
  for (const [member, pixels] of Object.entries({ width, height })) {
    if (pixels != null && !(Number.isInteger(pixels) && pixels >= 0 && pixels <= MAX_PIXELS)) {
      throw new InvalidInputError(`/${member}`, `It must be a whole number from 0 to ${MAX_PIXELS}.`);
    }
  }
}

/** Browsers say nothing of files that they don't know; the server then decides by the bytes, and refuses what it doesn't know either. */
export function mimeTypeOf(file: Blob): string {
  return file.type.split(";")[0]?.trim().toLowerCase() || "application/octet-stream";
}

/** As the server will call it. */
export function fileTypeOf(mimeType: string): Asset["fileType"] {
  const kind = mimeType.split("/")[0];
  if (kind === "image" || kind === "video" || kind === "audio") return kind;
  return /zip|octet-stream/.test(mimeType) ? "other" : "document";
}
