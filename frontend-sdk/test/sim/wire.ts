// JSON as it is sent. JavaScript can't hold some numbers of the server, so the simulation has their texts: a string that begins with U+0000, which no other
// text has.

import type { Json } from "./json";

const MARK = "\0";
const MARKED = /"\\u0000(-?\d[\d.eE+-]*)"/g;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** A number by its text. */
export function exactNumber(text: string): Json {
  return MARK + text;
}

export function toText(body: Json): string {
  const text = JSON.stringify(body);
  return text.includes('"\\u0000') ? text.replace(MARKED, "$1") : text;
}

export function fromText(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  const marked = text.replace(STRING_OR_NUMBER, (part) =>
    part.startsWith('"') || String(Number(part)) === part ? part : `"\\u0000${part}"`,
  );
  return JSON.parse(marked) as Json;
}

/** The value as JavaScript has it. */
export function rounded(value: Json): Json {
  if (typeof value === "string") return value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, rounded(inner)]));
}
