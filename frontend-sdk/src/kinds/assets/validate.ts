// Checks the input about files: what the server would always refuse is refused here, before anything is stored. Pure.

import { InvalidInputError } from "../../errors";
import { checkKey, cleanText } from "../../store/validate";
import type { AddOptions, Asset, AssetChanges } from "../../types/assets";

const MAX_NAME_CHARS = 255;
const MAX_PIXELS = 1_000_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CONTROL = /\p{Cc}/gu;

/** A name that the server takes: without control characters, and not too long. */
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

/** The browser's type of a file. Where it knows none, the server decides by the bytes. */
export function mimeTypeOf(file: Blob): string {
  return file.type.split(";")[0]?.trim().toLowerCase() || "application/octet-stream";
}

/** The `fileType` that the server will derive. */
export function fileTypeOf(mimeType: string): Asset["fileType"] {
  const kind = mimeType.split("/")[0];
  if (kind === "image" || kind === "video" || kind === "audio") return kind;
  return /zip|octet-stream/.test(mimeType) ? "other" : "document";
}
