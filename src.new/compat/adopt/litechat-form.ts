// An old row of LiteChat in the form in which it is stored. Pure.

import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import { storedForm } from "../litechat/row-form";
import { RESERVED } from "../litechat/store";
import type { TableRules } from "../litechat/tables";
import { keyOfRow } from "./links";
import { oddIn, oddTimes, shortened, textOf, withoutBytes } from "./odd-values";
import type { OldRow } from "./old-database";
import { type Examined, type Note, skipped } from "./product";

const MAX_NAME_CHARS = 200;
const MAX_TITLE_CHARS = 10_000;
const MAX_SETTING_KEY_CHARS = 128;

const NAMED = [
  ...["mods", "providerConfigs", "apiKeys", "syncRepos", "projects", "rules", "tags", "promptTemplates", "workflows"],
  "marketplaceSources",
];

/** The row under its new key, with the new keys of `links`. Nothing is checked by the kind's rules yet. */
export function formOf<T>(rules: TableRules, old: OldRow, links: Record<string, string>): Examined<T> & { row?: Row } {
  const { name, key: member } = rules;
  if (old.isUnreadable) return skipped(old, "unreadable", "The browser can't read this row: its data are damaged.");
  const { value } = old;
  if (!isPlainObject(value)) return skipped(old, "not_a_row", "This is no row.");
  const odd = oddIn(value);
  if (!odd) return skipped(old, "too_deep", "It is nested too deeply.");
  const id = member === "id" ? keyOfRow(name, old.key, value) : String(old.key);
  const given: Row = { ...(withoutBytes(value) as Row), [member]: id, ...links };
  const notes = [...odd, ...oddTimes(given, rules.dates), ...mendTexts(name, given)];
  if (typeof old.key !== "string")
    notes.push({ effect: "mended", code: "number_as_key", message: `Its key is now "${id}".` });
  if (name === "appState" && given.value === undefined) return skipped(old, "no_value", "The setting has no value.");
  if (name === "appState" && (id.startsWith(RESERVED) || id.length > MAX_SETTING_KEY_CHARS))
    return skipped(old, "key_refused", "A setting can't have this key.");
  return { old, id, verdict: "new", notes, row: storedForm(rules, given, rules.nulls) };
}

/** Titles and names that the server would refuse. Changes `row`. */
function mendTexts(table: string, row: Row): Note[] {
  const member = table === "conversations" ? "title" : NAMED.includes(table) ? "name" : null;
  if (member === null || (member === "title" && (row.title === "" || row.title == null))) {
    if (member !== null) row.title = "";
    return [];
  }
  const { text, notes } = textOf(row[member], "Untitled");
  const short = shortened(text, member === "title" ? MAX_TITLE_CHARS : MAX_NAME_CHARS);
  row[member] = short.text;
  return [...notes, ...short.notes];
}

/** The kind that a row is stored as, and its row. `open` has no secrets. */
export function storedAs({ name }: TableRules, open: Row): [string, Row] {
  if (name === "projects") {
    const { id, name: title, parentId: _parentId, ...data } = open;
    return [name, { id, name: title, data }];
  }
  if (name === "appState") return ["settings", open];
  return [name, open];
}
