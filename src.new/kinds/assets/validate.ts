// Checks the input about files: what the server would always refuse is refused here, before anything is stored. Pure.

import { InvalidInputError } from "../../errors";
import type { FileTypeRule } from "../../generated/types.gen";
import { checkKey, cleanText } from "../../store/validate";
import type { AddOptions, Asset, AssetChanges } from "../../types/assets";
import type { SyncInitResponse } from "../../types/wire";

const MAX_NAME_CHARS = 255;
const MAX_PIXELS = 1_000_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CONTROL = /\p{Cc}/gu;

/** A name that the server takes, which is the name itself unless it has control characters, is too long (then its ending stays), or is empty. */
export function cleanName(name: string): string {
  const characters = [...cleanText(name).replace(CONTROL, " ")];
  if (characters.length <= MAX_NAME_CHARS) return characters.join("") || "file";
  const ending = [...(/\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? "")];
  return [...characters.slice(0, MAX_NAME_CHARS - ending.length), ...ending].join("");
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

/** What the browser calls a file whose type it doesn't know. The server then decides by the name and the bytes. */
const UNDECLARED = "application/octet-stream";
const UNKNOWN = new Set(["", UNDECLARED, "binary/octet-stream", "application/unknown", "application/x-unknown"]);

/** What the server takes. An older server doesn't tell all of it. */
export type FileLimits = Partial<Pick<SyncInitResponse["limits"], "files" | "maxLinkBytes">>;

/**
 * The type of a file, as the server will store it. Without the `files` of `limits` nothing but an empty picture, film or sound is refused: this device hasn't
 * reached the server yet.
 *
 * @throws InvalidInputError for a file that the server would refuse.
 */
export function typeOf(
  file: { type: string; size: number },
  name: string,
  { files: rules, maxLinkBytes }: FileLimits = {},
): Pick<Asset, "fileType" | "mimeType"> {
  const given = file.type.split(";")[0]?.trim().toLowerCase() ?? "";
  const extension = name.includes(".") ? (name.split(".").pop() ?? "").toLowerCase() : undefined;
  const fits = ({ extensions }: FileTypeRule) => extension !== undefined && extensions.includes(extension);
  const unknown = UNKNOWN.has(given);
  const rule = rules?.types.find((one) =>
    unknown
      ? fits(one)
      : one.mimeType === given ||
        one.aliases.includes(given) ||
        (one.sharedAliases.includes(given) && (extension === undefined || fits(one))),
  );
  const refuse = (member: string, reason: string) => {
    throw new InvalidInputError(`/${member}`, `${name}: ${reason}`);
  };
  if (rules && !unknown && !rule) refuse("type", `files of the type ${given} are not allowed.`);
  if (unknown && extension && rules?.refusedExtensions.includes(extension))
    refuse("type", `files with the extension .${extension} are not allowed.`);
  const fileType = rule?.fileType ?? kindOf(given);
  const least = rule?.minBytes ?? (rules || /^(image|video|audio)$/.test(fileType) ? 1 : 0);
  // The bytes tell the type of a file without a rule, at the server.
  const most = (rule ? rule.maxBytes : rules && maxLinkBytes?.other) ?? Number.POSITIVE_INFINITY;
  if (file.size < least) refuse("size", "the file is empty: it has 0 bytes.");
  if (file.size > most) refuse("size", `the file has ${file.size} bytes, and a file may have ${most} at most.`);
  return { fileType, mimeType: unknown ? UNDECLARED : (rule?.mimeType ?? given) };
}

/** The kind of file that the server will derive, without its list. */
function kindOf(mimeType: string): Asset["fileType"] {
  const kind = mimeType.split("/")[0];
  if (kind === "image" || kind === "video" || kind === "audio") return kind;
  return UNKNOWN.has(mimeType) || /zip/.test(mimeType) ? "other" : "document";
}

/** Whether two descriptions can be of one file: a type that the browser didn't know is decided by the server. */
export function sameType(one: string, other: string): boolean {
  return one === other || one === UNDECLARED || other === UNDECLARED;
}
