// Checks what JSON a row may hold. Input that the server would always refuse is refused here, and text that it can't store is cleaned. Pure.

import { InvalidInputError, LandfallError } from "../errors";
import { escapePointer } from "../util/exact";
import type { SyncedKind } from "./synced-kind";

/** The server's limit on nesting. */
const MAX_DEPTH = 64;
const MAX_KEY_CHARS = 128;

export function checkKey(pointer: string, key: unknown): void {
  if (typeof key !== "string" || key.length < 1 || [...key].length > MAX_KEY_CHARS || cleanText(key) !== key) {
    throw new InvalidInputError(pointer, `It must be text of 1 to ${MAX_KEY_CHARS} characters.`);
  }
}

/** A clean copy of a text of 1 to `max` characters. */
export function checkText(pointer: string, text: unknown, max: number): string {
  if (typeof text !== "string" || text.length === 0) throw new InvalidInputError(pointer, "It must not be empty.");
  // The server counts code points: an emoji is one character, though it has two UTF-16 units.
  if (text.length > max && [...text].length > max)
    throw new InvalidInputError(pointer, `It has more than ${max.toLocaleString("en")} characters.`);
  return cleanText(text);
}

export function requireWritable({ name, direction }: SyncedKind): void {
  if (direction === "pull-only") throw new LandfallError("read_only", `Rows of ${name} come from the server only.`);
}

/** Replaces NUL, which PostgreSQL can't store, and lone surrogates, which UTF-8 can't encode, by U+FFFD. */
export function cleanText(text: string): string {
  // With the u flag a well-formed pair is one character above this range, so only lone halves match (as in toWellFormed, which older browsers lack).
  return text.replaceAll("\0", "\uFFFD").replace(/[\uD800-\uDFFF]/gu, "\uFFFD");
}

/** A copy with clean texts. Throws InvalidInputError for values that JSON can't hold. */
export function cleanJson(pointer: string, value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new InvalidInputError(pointer, `It is nested deeper than ${MAX_DEPTH} levels.`);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => cleanJson(`${pointer}/${index}`, item, depth + 1));
  if (!isPlainObject(value))
    throw new InvalidInputError(
      pointer,
      "It is no JSON: use text, finite numbers, booleans, null, lists and plain objects.",
    );
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [
      cleanText(name),
      cleanJson(`${pointer}/${escapePointer(name)}`, member, depth + 1),
    ]),
  );
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
