// Seals and opens rows with the keys of this device.

import type { SyncedKind } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { stringifyJson } from "../util/exact";
import { type DataKey, openText, sealText, standIn } from "./envelope";
import { envelopeMember, envelopeOf, joinRow, splitRow } from "./split";

/**
 * "clear": nothing is sealed. "opened". "locked": it was sealed by a key that this device lacks. "unreadable": it was changed, or belongs to another
 * row.
 */
export type Reading = "clear" | "opened" | "locked" | "unreadable";

/** What is sent of a row. */
export async function sealRow(
  data: DataKey,
  kind: SyncedKind,
  key: string,
  value: Row,
  isWhole: boolean,
): Promise<Row> {
  const split = splitRow(kind, key, value, isWhole);
  if (!split) return value;
  const texts = split.unique.map(async ([member, text]) => [member, await standIn(data, kind.name, member, text)]);
  const unique = Object.fromEntries(await Promise.all(texts)) as Row;
  const envelope = await sealText(data, kind.name, key, stringifyJson(split.inside));
  return { ...split.open, ...unique, [envelopeMember(kind.name)]: envelope };
}

/** The row of a value of the server. What can't be opened stays as it is. */
export async function openRow(
  keys: ReadonlyMap<string, DataKey>,
  kind: SyncedKind,
  key: string,
  value: Row,
): Promise<{ row: Row; reading: Reading }> {
  const envelope = envelopeOf(kind.name, value);
  if (!envelope) return { row: value, reading: "clear" };
  const data = keys.get(envelope.kid);
  if (!data) return { row: value, reading: "locked" };
  const text = await openText(data, kind.name, key, envelope);
  return text === null ? { row: value, reading: "unreadable" } : { row: joinRow(kind, value, text), reading: "opened" };
}
