// Values as they are stored, from what the application passes. Pure.

import { Dexie } from "dexie";
import type { Row } from "../../store/tables";
import { cleanText } from "../../store/validate";

/** A row of the application: Date objects in some members, any JSON in others. */
export type AppRow = Record<string, unknown>;

/** A copy as JSON: a Date becomes text, a number that JSON lacks `null`, and what is no JSON is left out. Texts are shared and not copied. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return typeof value === "boolean" ? value : null;
  if (value instanceof Date) return isoOf(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && typeof member !== "function" && typeof member !== "symbol")
      .map(([name, member]) => [cleanText(name), jsonOf(member)]),
  );
}

/** RFC 3339 UTC of a Date, a text or milliseconds; `null` for what is no time. */
export function isoOf(value: unknown): string | null {
  if (!(value instanceof Date) && typeof value !== "string" && typeof value !== "number") return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** A key as text: older rows have numbers. Throws Dexie's DataError for what is no key. */
export function keyOf(value: unknown): string {
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  throw new Dexie.DataError("A key is text or a number.");
}

/** The row as the application gets it: times become Date objects. */
export function toAppRow(row: Row, dates: readonly string[]): AppRow {
  const app: AppRow = { ...row };
  for (const member of dates) {
    const value = app[member];
    if (typeof value === "string" && isoOf(value)) app[member] = new Date(value);
  }
  return app;
}
