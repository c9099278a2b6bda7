// Rows of a file, one by one: what is odd in a row is mended where that is certain, and a row that can't be stored is left out. Both are listed.

import { InvalidInputError } from "../../errors";
import { generatedMaxBytes } from "../../generated/rules.gen";
import { checkMembers, checkSize } from "../../store/check-members";
import { own } from "../../store/merge";
import type { Row } from "../../store/tables";
import { checkKey, cleanJson, isPlainObject } from "../../store/validate";
import { bulkError, constraintError } from "./errors";
import { storedForm } from "./row-form";
import type { TableName, TableRules } from "./tables";
import { type AppRow, jsonOf } from "./values";

/** What there is to say about a row of a file. */
export interface ImportNote {
  table: TableName;
  /** The row's key as it is stored, or `null` where it has none. */
  key: string | null;
  /** A stable word: one of docs/ERRORS.md. */
  code: string;
  /** For people. */
  detail: string;
}

/** What an import did about odd rows. */
export interface FileReport {
  /** Rows that were changed, or that stay on this device, so that they can be stored. */
  mended: ImportNote[];
  /** Rows that can't be stored. */
  skipped: ImportNote[];
}

export interface RowsOfFile {
  rules: TableRules;
  given: readonly unknown[];
  /** The stored rows that stay. */
  stay: readonly Row[];
  /** The row as it is sent. */
  open: (row: Row) => Row;
  report: FileReport;
  /** An odd row refuses the file. */
  strict: boolean;
}

/** The rows in the form in which they are stored. Throws Dexie's BulkError or DataError for an odd row of a strict import. */
export function rowsToStore({ rules, given, stay, open: openOf, report, strict }: RowsOfFile): Row[] {
  const taken = new Taken(rules, stay);
  const failures: Error[] = [];
  const rows: Row[] = [];
  for (const input of given) {
    if (!isPlainObject(input)) {
      if (strict) storedForm(rules, input);
      report.skipped.push({ table: rules.name, key: null, code: "invalid_type", detail: "It is no row." });
      continue;
    }
    const notes = oddities(rules, input);
    let row = formOf(rules, input, strict);
    const key = row && String(row[rules.key]);
    const note = (code: string, detail: string) => ({ table: rules.name, key: key ?? null, code, detail });
    const clash = row && taken.clash(row);
    if (clash && strict) failures.push(constraintError(rules.name, clash));
    if (row && clash) {
      row = taken.renamed(row, clash);
      notes.push(["renamed", "Its name is in use: it got a number."]);
    }
    const fault = row ? (strict ? null : faultOf(rules, openOf(row))) : "Its key is no text.";
    if (row && !fault) {
      taken.add(row);
      rows.push(row);
      report.mended.push(...notes.map(([code, detail]) => note(code, detail)));
    } else if (clash && !row)
      report.skipped.push(note("duplicate_name", "The file has another row with these values."));
    else report.skipped.push(note("invalid_value", fault ?? ""));
  }
  if (failures.length > 0) throw bulkError(rules.name, failures);
  return rows;
}

/** `null` for a row whose key is no key. */
function formOf(rules: TableRules, input: AppRow, strict: boolean): Row | null {
  try {
    return storedForm(rules, { ...input });
  } catch (error) {
    if (strict) throw error;
    return null;
  }
}

/** What `storedForm` mends in a row. */
function oddities({ key, dates }: TableRules, input: AppRow): [string, string][] {
  const found: [string, string][] = [];
  if (input[key] == null || input[key] === "") found.push(["missing_id", "It got a new id."]);
  if (typeof input[key] === "number") found.push(["number_as_id", "Its id is now text."]);
  if (dates.some((member) => typeof input[member] === "number"))
    found.push(["number_as_time", "Its times were numbers."]);
  if (JSON.stringify(input) !== JSON.stringify(jsonOf(input)))
    found.push(["invalid_unicode", "Characters that can't be stored are now U+FFFD."]);
  return found;
}

/** Why the server would refuse the row. */
function faultOf({ name, key }: TableRules, row: Row): string | null {
  // Keys of providers never leave the device.
  if (name === "apiKeys") return null;
  const collection = name === "appState" ? "settings" : name;
  try {
    checkKey(`/${key}`, row[key]);
    cleanJson("", row, 0);
    const { id: _id, name: title, parentId: _parentId, ...data } = row;
    if (name === "projects") checkMembers(name, { name: title, data }, "changes");
    else checkMembers(collection, row, "row");
    checkSize("", row, generatedMaxBytes[collection] ?? Number.POSITIVE_INFINITY);
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
}

/** The values of unique members that are in use. */
class Taken {
  readonly #rules: TableRules;
  readonly #values = new Set<string>();

  constructor(rules: TableRules, rows: readonly Row[]) {
    this.#rules = rules;
    for (const row of rows) this.add(row);
  }

  add(row: Row): void {
    for (const members of this.#rules.unique) this.#values.add(valuesOf(row, members));
  }

  /** The members whose values another row has. */
  clash(row: Row): readonly string[] | undefined {
    return this.#rules.unique.find(
      (members) =>
        members.every((member) => typeof own(row, member) === "string") && this.#values.has(valuesOf(row, members)),
    );
  }

  /** The row with a free name, or with a free path; `null` where the members are no names. */
  renamed(row: Row, [member = "", ...more]: readonly string[]): Row | null {
    const [separator, end] = { name: [" (", ")"], path: ["-", ""] }[member] ?? [];
    if (separator === undefined || more.length > 0) return null;
    for (let number = 2; ; number += 1) {
      const next = { ...row, [member]: `${String(row[member])}${separator}${number}${end}` };
      if (!this.clash(next)) return next;
      // Another member is in use too.
      if (number > this.#values.size + 2) return null;
    }
  }
}

function valuesOf(row: Row, members: readonly string[]): string {
  return JSON.stringify([members, members.map((member) => own(row, member))]);
}
