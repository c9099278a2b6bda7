// What of a row is sealed, and what the server sees of it. Pure.

import { generatedRules } from "../generated/rules.gen";
import { own } from "../store/merge";
import type { SyncedKind } from "../store/synced-kind";
import type { Row } from "../store/tables";
import { exactNumbersOf, parseJson, stringifyJson, withExactNumbers } from "../util/exact";
import { type Envelope, isEnvelope } from "./envelope";
import { isSecretName } from "./secret-name";
import { holdsText, putSecrets, type Secret, takeSecrets } from "./secrets";

/** Rows of these collections stay on the device until it can seal them. The server takes none without an envelope. */
export const SEALED_ALWAYS: readonly string[] = ["apiKeys"];

/** The collections that hold secrets, and the names of these beside those of `isSecretName`. */
export const WITH_SECRETS: Readonly<Record<string, readonly string[]>> = {
  apiKeys: ["value", "key"],
  installedMarketplaceItems: ["headers"],
  marketplaceSources: ["headers"],
  mods: [],
  providerConfigs: [],
  settings: [],
  syncRepos: [],
};
/** Where a collection has secrets in one member only. */
const SECRET_MEMBERS: Readonly<Record<string, readonly string[]>> = { mods: ["sourceUrl"] };
/** A setting and a collection that describe services: their addresses hold keys. */
export const SERVICES: readonly string[] = ["mcpServers", "marketplaceSources"];
/** Members of settings that describe services. */
export const SERVICE_MEMBERS: readonly string[] = ["mcpServers"];
/** Settings of LiteChat's service that hold secrets of rows. */
export const SECRETS_OF_ROWS = "landfall:secret:";
/** Collections that are objects by key in an export, with one member of each row alone. */
export const MAP_SECTIONS: Readonly<Record<string, string>> = { settings: "value" };

/** What an envelope holds, as JSON: the whole row without its references, or the secrets of a row. */
export type Inside = { row: Row } | { secrets: readonly Secret[] };

export interface Split {
  /** The members that the server sees. */
  open: Row;
  inside: Inside;
  /** Texts that are unique among rows: their place in `open` is filled by a text that stands for them. */
  unique: readonly (readonly [member: string, text: string])[];
}

/** The member that holds the envelope of a row. */
export function envelopeMember(collection: string): string {
  return MAP_SECTIONS[collection] ?? "sealed";
}

/** The envelope of a row that isn't opened. */
export function envelopeOf(collection: string, value: Row | null | undefined): Envelope | undefined {
  const member = own(value, envelopeMember(collection));
  return isEnvelope(member) ? member : undefined;
}

/** Divides what is sent of a row; `null`: nothing of it is secret. `isWhole`: the application seals the collection. */
export function splitRow(kind: SyncedKind, key: string, value: Row, isWhole: boolean): Split | null {
  const { name } = kind;
  const names = WITH_SECRETS[name];
  if (name in MAP_SECTIONS)
    return isWhole || isSecretSetting(key, value) ? { open: {}, inside: { row: value }, unique: [] } : null;
  if (isWhole) return splitWhole(kind, value);
  if (!names) return null;
  const members = SECRET_MEMBERS[name];
  const part = members
    ? Object.fromEntries(Object.entries(value).filter(([member]) => members.includes(member)))
    : value;
  const { open, secrets } = takeSecrets(part, SERVICES.includes(name), names);
  if (secrets.length === 0 && !SEALED_ALWAYS.includes(name)) return null;
  const { sealed, ...rest } = { ...(members && value), ...(open as Row) } as Row;
  // The envelope of a key that this device lacks goes along.
  const all = sealed === undefined ? secrets : [...secrets, { path: ["sealed"], value: sealed }];
  return { open: rest, inside: { secrets: all }, unique: [] };
}

/** The row from what the server has of it and the text of its envelope. */
export function joinRow(kind: SyncedKind, value: Row, text: string): Row {
  const inside = parseJson(text) as Inside;
  if ("secrets" in inside) {
    const { sealed: _sealed, ...open } = value;
    const joined = putSecrets(open, inside.secrets) as Row;
    // A copy knows no exact numbers.
    const exact = exactNumbersOf(value);
    return exact ? (parseJson(stringifyJson(withExactNumbers(joined, exact))) as Row) : joined;
  }
  // The server unlinks rows, so references are its.
  for (const { member } of kind.references) if (Object.hasOwn(value, member)) inside.row[member] = value[member];
  return inside.row;
}

/** Puts the secrets of an envelope into a row from which the application has dropped it. What the row has in a secret's place stays. */
export function fillSecrets(row: Row, text: string): Row {
  const inside = parseJson(text) as Inside;
  if (!("secrets" in inside)) return row;
  return putSecrets(
    row,
    inside.secrets.filter(({ path, shown }) => shown !== undefined || valueAt(row, path) == null),
  ) as Row;
}

function valueAt(value: unknown, [step, ...rest]: Secret["path"]): unknown {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    const item =
      typeof step === "object" ? value.find((one) => (one as Row | null)?.id === step.id) : value[Number(step)];
    return valueAt(item, rest);
  }
  return typeof value === "object" && value !== null && typeof step === "string"
    ? valueAt(own(value as Row, step), rest)
    : undefined;
}

function isSecretSetting(key: string, { value }: Row): boolean {
  if (isEnvelope(value)) return false;
  const isNamed = key.startsWith(SECRETS_OF_ROWS) || isSecretName(key);
  return (
    (isNamed && holdsText(value)) ||
    takeSecrets({ value }, SERVICES.includes(key), [], SERVICE_MEMBERS).secrets.length > 0
  );
}

/** References stay open, since the server follows them. What it requires beside them is filled with values that say nothing. */
function splitWhole({ name, key, references, unique }: SyncedKind, value: Row): Split {
  const links = references.map(({ member }) => member);
  const isLink = ([member]: [string, unknown]) => links.includes(member);
  const members = Object.entries(value);
  const required = [...(generatedRules[name] ?? "").matchAll(/(\w+)!([^;]*)/g)].flatMap(
    ([, member = "", type = ""]): [string, unknown][] =>
      member === key || member === "sealed" || links.includes(member) ? [] : [[member, emptyOf(type)]],
  );
  const texts = unique.flatMap((member): [string, string][] => {
    const text = value[member];
    return links.includes(member) || typeof text !== "string" ? [] : [[member, text]];
  });
  return {
    open: Object.fromEntries([...required, ...members.filter(isLink)]),
    inside: { row: Object.fromEntries(members.filter((entry) => !isLink(entry))) },
    unique: texts,
  };
}

/** A value of the type that says nothing. codegen/rules.ts has the notation. */
function emptyOf(type: string): unknown {
  switch (type[0]) {
    case "s":
      return /^s[1-9]/.test(type) ? "sealed" : "";
    case "b":
      return false;
    case "n":
    case "i":
      return 0;
    case "t":
      return "1970-01-01T00:00:00.000Z";
    case "=":
      return type.slice(1).split("|")[0];
    case "[":
      return [];
    default:
      return {};
  }
}
