// Checks the members of a row by the rules that are generated from the server's document, in the server's measure: characters are code points, bytes
// are UTF-8. Loaded on demand (kinds/edits.ts). Pure. codegen/rules.ts explains the notation of the rules.

import { type FieldFault, InvalidInputError } from "../errors";
import { generatedRules } from "../generated/rules.gen";
import { escapePointer } from "../util/exact";
import type { Row } from "./tables";
import { isPlainObject } from "./validate";

const TIME =
  /^(\d{4})-(0\d|1[0-2])-([0-3]\d)[Tt ]([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Checks a row of the kind, or changes of one. Kinds without rules pass.
 *
 * @throws InvalidInputError that names every wrong member.
 */
export function checkMembers(kindName: string, row: unknown, of: "row" | "changes"): void {
  rejectFaults(isPlainObject(row) ? faultsOf(kindName, row, of, "") : []);
}

/** Throws InvalidInputError if there are faults. */
export function rejectFaults(faults: readonly FieldFault[]): void {
  const [first, ...more] = faults;
  if (!first) return;
  const all = faults.map(({ pointer, message }) => `${pointer}: ${message}`).join(" ");
  throw new InvalidInputError(first.pointer, more.length > 0 ? all : first.message, faults);
}

function faultsOf(name: string, row: Row, of: "row" | "changes", pointer: string): FieldFault[] {
  if (!Object.hasOwn(generatedRules, name)) return [];
  return (generatedRules[name] ?? "").split(";").flatMap((rule) => {
    const [, member = "", required, type = ""] = /^(\w+)([!?])(.*)$/.exec(rule) ?? [];
    const value = Object.hasOwn(row, member) ? row[member] : undefined;
    const at = `${pointer}/${escapePointer(member)}`;
    if (value === undefined && (of === "changes" || required === "?")) return [];
    if (value === undefined || (value === null && required === "!" && type !== "*"))
      return [{ pointer: at, message: "It is required." }];
    return value === null ? [] : faultsIn(value, type, at);
  });
}

function faultsIn(value: unknown, type: string, pointer: string): FieldFault[] {
  const rest = type.slice(1);
  if (type.startsWith("[") && Array.isArray(value))
    return value.flatMap((item, index) => faultsIn(item, rest, `${pointer}/${index}`));
  if (type.startsWith("@") && isPlainObject(value)) return faultsOf(rest, value, "row", pointer);
  const message = faultOf(value, type, rest);
  return message ? [{ pointer, message }] : [];
}

/** What is wrong with a value, for people; `undefined` for nothing. */
function faultOf(value: unknown, type: string, rest: string): string | undefined {
  switch (type[0]) {
    case "s":
      return typeof value === "string" ? lengthFault(value, rest) : "It must be text.";
    case "b":
      return typeof value === "boolean" ? undefined : "It must be true or false.";
    case "n":
      return Number.isFinite(value) ? undefined : "It must be a number.";
    case "i":
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 63 ? undefined : "It must be a whole number.";
    case "t":
      return isTime(value) ? undefined : "It must be a time such as 2026-11-21T08:30:00.000Z.";
    case "o":
      return isPlainObject(value) || Array.isArray(value) ? undefined : "It must be an object.";
    case "=":
      return rest.split("|").includes(value as string) ? undefined : `It must be one of ${rest.replaceAll("|", ", ")}.`;
    case "[":
      return "It must be a list.";
    case "@":
      return "It must be an object.";
    default:
      return undefined;
  }
}

function lengthFault(text: string, limits: string): string | undefined {
  const [least, most] = limits.split("-").map(Number);
  if (least && text.length === 0) return "It must not be empty.";
  if (least && text.length < least) return `It must have at least ${least} characters.`;
  // A character has at most two UTF-16 units.
  const tooLong = most && text.length > most && (text.length > 2 * most || [...text].length > most);
  return tooLong ? `It has more than ${most.toLocaleString("en")} characters.` : undefined;
}

function isTime(value: unknown): boolean {
  const [, year, month, day] = (typeof value === "string" && TIME.exec(value)) || [];
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(year) > 0 && Number(day) > 0 && Number(day) <= days;
}

/** Throws InvalidInputError if a value has more bytes than the server takes. */
export function checkSize(pointer: string, value: unknown, most: number): void {
  const bytes = sizeOf(value);
  const format = (count: number) => count.toLocaleString("en");
  if (bytes > most)
    throw new InvalidInputError(pointer, `It has ${format(bytes)} bytes, and ${format(most)} are the most.`);
}

/** The bytes of a value as the server counts them: UTF-8, without blanks, numbers without exponents. */
export function sizeOf(value: unknown): number {
  let more = 0;
  const text = JSON.stringify(value, (_member, part: unknown) => {
    const [whole, sign, digits] = (typeof part === "number" && /e([+-])(\d+)$/.exec(String(part))) || [""];
    if (whole) more += Number(digits) + (sign === "-" ? 2 : 0) - whole.length;
    return part;
  });
  return new TextEncoder().encode(text).length + more;
}
