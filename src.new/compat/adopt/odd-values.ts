// What an old row holds that JSON, or the server, does not. Pure.

import { isPlainObject } from "../../store/validate";
import { isoOf } from "../litechat/values";
import { MAX_DEPTH } from "./old-database";
import type { Note } from "./product";

const mended = (code: string, message: string): Note => ({ effect: "mended", code, message });

const BAD_TEXT = mended("invalid_unicode", "A character that can't be stored is now U+FFFD.");
const NO_JSON = mended("no_json", "What JSON lacks (NaN, bytes, maps) is left out or null.");

/** What is changed when the value becomes JSON; `null` for a value that is nested too deeply, or contains itself. */
export function oddIn(value: unknown): Note[] | null {
  const found = new Set<Note>();
  return walk(value, 0, found) ? [...found] : null;
}

function walk(value: unknown, depth: number, found: Set<Note>): boolean {
  if (depth > MAX_DEPTH) return false;
  if (typeof value === "string") {
    if (hasBadText(value)) found.add(BAD_TEXT);
    return true;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) found.add(NO_JSON);
    return true;
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return true;
  if (!Array.isArray(value) && !isPlainObject(value)) {
    found.add(NO_JSON);
    return true;
  }
  return Object.values(value).every((member) => walk(member, depth + 1, found));
}

/** NUL, or half of a surrogate pair. */
function hasBadText(text: string): boolean {
  return text.includes("\0") || /[\uD800-\uDFFF]/u.test(text);
}

/** The value without what JSON has no place for: bytes and maps would become objects of numbers. */
export function withoutBytes(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isPlainObject(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutBytes(member)]));
}

/** Times that are none: they become null. */
export function oddTimes(row: Record<string, unknown>, members: readonly string[]): Note[] {
  return members.flatMap((member) =>
    row[member] == null || isoOf(row[member]) !== null
      ? []
      : [mended("not_a_time", `${member} is no time and becomes null.`)],
  );
}

/** A text of at most `max` characters, which ends with an ellipsis where it was cut. */
export function shortened(text: string, max: number): { text: string; notes: Note[] } {
  const characters = text.length > max ? [...text] : [];
  if (characters.length <= max) return { text, notes: [] };
  const cut = `${characters.slice(0, max - 1).join("")}…`;
  return { text: cut, notes: [mended("too_long", `It has ${characters.length} characters, and ${max} are kept.`)] };
}

/** A text where there must be one. */
export function textOf(value: unknown, otherwise: string): { text: string; notes: Note[] } {
  if (typeof value === "string" && value !== "") return { text: value, notes: [] };
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : otherwise;
  return { text, notes: [mended("no_text", `There must be a text, so it is "${text}".`)] };
}
