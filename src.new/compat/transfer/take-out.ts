// One row of a file as it is sent: without its secrets, or with its secrets sealed.

import { sealRow } from "../../sealing/codec";
import { type DataKey, isEnvelope } from "../../sealing/envelope";
import { isSecretName } from "../../sealing/secret-name";
import { holdsText, type Secret, takeSecrets } from "../../sealing/secrets";
import { MAP_SECTIONS, SEALED_ALWAYS, SERVICE_MEMBERS, SERVICES, splitRow } from "../../sealing/split";
import { own } from "../../store/merge";
import type { Kinds } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import { escapePointer, parseJson, stringifyJson } from "../../util/exact";
import { fingerprint } from "../../util/hash";
import type { FoundRow } from "./sections";
import type { SecretRow } from "./types";

/** Where nothing but a secret stands, the server finds this in its place, and refuses the row. A row that is stored is left as it is then. */
const LEFT_OUT = "left out on the device";

export interface TakeOut {
  kinds: Kinds;
  whole: ReadonlySet<string>;
  /** Seals; without it secrets are left out. */
  key: DataKey | undefined;
}

/** `text`: what is sent in place of the row, or `null` for the row as it stands. `secrets`: what was found in it. */
export interface Taken {
  text: string | null;
  secrets: SecretRow | null;
}

const UNCHANGED: Taken = { text: null, secrets: null };

export async function takeOut(found: FoundRow, text: string, options: TakeOut): Promise<Taken> {
  // The server imports nothing of it, and lists it.
  if (found.isMisplaced) return { text: '""', secrets: null };
  const value = parsed(text);
  if (value === undefined) return UNCHANGED;
  return found.key === undefined ? takeOutOfRow(found, value, options) : takeOutOfSetting(found, value, options);
}

async function takeOutOfRow({ collection }: FoundRow, value: unknown, options: TakeOut): Promise<Taken> {
  const kind = options.kinds.get(collection);
  if (!kind || !isPlainObject(value)) return UNCHANGED;
  const isWhole = options.whole.has(collection);
  const given = own(value, kind.key);
  // What is sealed is sealed for one key, so it must be the one under which the server stores the row.
  const key = given == null || given === "" ? `imported-${fingerprint(value)}` : String(given);
  const { [kind.key]: _key, ...row } = value;
  const split = splitRow(kind, key, row, isWhole);
  if (!split) return UNCHANGED;
  const { inside } = split;
  const secrets = "secrets" in inside ? inside.secrets.filter(({ path: [first] }) => first !== "sealed") : null;
  const envelope = isEnvelope(own(row, "sealed")) && { sealed: row.sealed };
  // It is sealed already, or has nothing to seal.
  if (secrets ? secrets.length === 0 : envelope) return UNCHANGED;
  const found = secrets && { collection, key: given == null ? null : String(given), pointers: secrets.map(pointerTo) };
  if (options.key) {
    const sent = { [kind.key]: key, ...(await sealRow(options.key, kind, key, row, isWhole)) };
    return { text: stringifyJson(sent), secrets: found };
  }
  const rest = SEALED_ALWAYS.includes(collection) ? placeholders(row, secrets ?? []) : { ...split.open, ...envelope };
  return { text: stringifyJson(given === undefined ? rest : { [kind.key]: given, ...rest }), secrets: found };
}

async function takeOutOfSetting({ collection, key = "" }: FoundRow, value: unknown, options: TakeOut): Promise<Taken> {
  const kind = options.kinds.get(collection);
  const member = MAP_SECTIONS[collection];
  if (!kind || member === undefined || isEnvelope(value)) return UNCHANGED;
  const isSecret = isSecretName(key) && holdsText(value);
  const { open, secrets } = takeSecrets(value, SERVICES.includes(key), [], SERVICE_MEMBERS);
  if (!isSecret && secrets.length === 0) return UNCHANGED;
  const pointers = isSecret ? [""] : secrets.map(pointerTo);
  const found = { collection, key, pointers };
  if (!options.key) return { text: stringifyJson(isSecret ? LEFT_OUT : open), secrets: found };
  const sealed = await sealRow(options.key, kind, key, { [member]: value }, false);
  return { text: stringifyJson(sealed[member]), secrets: found };
}

/** The row with other texts in the place of its secrets. */
function placeholders(row: Row, secrets: readonly Secret[]): Row {
  const names = secrets.map(({ path: [first] }) => first);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, names.includes(name) ? LEFT_OUT : value]),
  );
}

function pointerTo({ path }: Secret): string {
  const steps = path.map((step) => (typeof step === "object" ? String(step.id) : String(step)));
  return steps.map((step) => `/${escapePointer(step)}`).join("");
}

/** `undefined` for what is no JSON: the server refuses the file, and says where. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
