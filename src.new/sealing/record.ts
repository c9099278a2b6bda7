// The record of a user's sealing: the data key, wrapped once by the passphrase and once by the recovery code. It is a setting at the server. The
// server, and a reader of its database, learns from it what the derivation of the keys costs.

import { OfflineError } from "../errors";
import { isPlainObject } from "../store/validate";
import { canonical } from "../util/hash";
import { type Bytes, fromBase64Url, randomBytes, toBase64Url, utf8 } from "./bytes";

/** The key of the setting. */
export const RECORD_KEY = "landfall:sealing";

export interface SealingRecord {
  v: 1;
  /** The id of the data key. */
  kid: string;
  /** How often a slot was replaced. Default: 0. A copy of an earlier record is known by it. */
  changes?: number;
  slots: readonly Slot[];
}

/** The data key, wrapped by AES-256-GCM. */
export interface Slot {
  by: "passphrase" | "code";
  kdf: Kdf;
  /** base64url. */
  iv: string;
  /** base64url. */
  ciphertext: string;
}

/** How the wrapping key is derived. `salt` is base64url. */
export type Kdf =
  | { name: "argon2id"; salt: string; iterations: number; memoryKiB: number; parallelism: number }
  /** Of a recovery code, which is random and needs no cost. */
  | { name: "HKDF-SHA-256"; salt: string };

export type Argon2Cost = Omit<Extract<Kdf, { name: "argon2id" }>, "name" | "salt">;

/** OWASP's least cost of Argon2id: about a second on a phone. */
export const ARGON2_COST: Argon2Cost = { iterations: 2, memoryKiB: 19 * 1024, parallelism: 1 };
/** A record that costs more is refused: it would only stop the page. */
const MAX_ITERATIONS = 64;
const MAX_MEMORY_KIB = 1024 * 1024;

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 12;

/** Wraps the data key by a passphrase. */
export async function slotByPassphrase(data: Bytes, kid: string, passphrase: string, cost: Argon2Cost): Promise<Slot> {
  const salt = toBase64Url(randomBytes(SALT_BYTES));
  return makeSlot(data, kid, "passphrase", { name: "argon2id", salt, ...cost }, passphrase);
}

export async function slotByCode(data: Bytes, kid: string, code: string): Promise<Slot> {
  const salt = toBase64Url(randomBytes(SALT_BYTES));
  return makeSlot(data, kid, "code", { name: "HKDF-SHA-256", salt }, code);
}

/** The data key; `null`: the passphrase or the code is another. Throws OfflineError where the derivation can't be loaded. */
export async function openSlot({ kid, slots }: SealingRecord, by: Slot["by"], secret: string): Promise<Bytes | null> {
  const slot = slots.find((one) => one.by === by);
  if (!slot) return null;
  const key = await wrappingKey(slot.kdf, secret);
  const parameters = { name: "AES-GCM", iv: fromBase64Url(slot.iv), additionalData: aboutSlot(kid, by, slot.kdf) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, fromBase64Url(slot.ciphertext)));
  } catch {
    return null;
  }
}

/** Whether a record is an earlier one of the same data key: its passphrase or its code is revoked. */
export function isEarlier(record: SealingRecord, known: SealingRecord): boolean {
  return record.kid === known.kid && (record.changes ?? 0) < (known.changes ?? 0);
}

export function isRecord(value: unknown): value is SealingRecord {
  if (!isPlainObject(value) || value.v !== 1 || typeof value.kid !== "string") return false;
  if (value.changes !== undefined && !Number.isSafeInteger(value.changes)) return false;
  return Array.isArray(value.slots) && value.slots.every(isSlot);
}

function isSlot(value: unknown): value is Slot {
  if (!isPlainObject(value) || !isPlainObject(value.kdf)) return false;
  const { iterations = 1, memoryKiB = 1 } = value.kdf as Partial<Argon2Cost>;
  const isBounded = iterations <= MAX_ITERATIONS && memoryKiB <= MAX_MEMORY_KIB;
  return isBounded && [value.by, value.iv, value.ciphertext, value.kdf.name].every((text) => typeof text === "string");
}

async function makeSlot(data: Bytes, kid: string, by: Slot["by"], kdf: Kdf, secret: string): Promise<Slot> {
  const key = await wrappingKey(kdf, secret);
  const iv = randomBytes(IV_BYTES);
  const ciphertext = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: aboutSlot(kid, by, kdf) },
    key,
    data,
  );
  return { by, kdf, iv: toBase64Url(iv), ciphertext: toBase64Url(ciphertext) };
}

/** The server keeps no order of members. */
function aboutSlot(kid: string, by: Slot["by"], kdf: Kdf): Bytes {
  return utf8(canonical(["landfall sealing", 1, kid, by, kdf]));
}

async function wrappingKey(kdf: Kdf, secret: string): Promise<CryptoKey> {
  const salt = fromBase64Url(kdf.salt);
  const bytes = utf8(secret.normalize("NFKC"));
  const gcm = { name: "AES-GCM", length: KEY_BYTES * 8 };
  const usages: KeyUsage[] = ["encrypt", "decrypt"];
  if (kdf.name === "argon2id") {
    const { iterations: t, memoryKiB: m, parallelism: p } = kdf;
    // WebCrypto has no Argon2id, and strict content policies refuse WebAssembly. It is loaded when a passphrase is entered.
    const { argon2idAsync } = await import("@noble/hashes/argon2.js").catch((cause: unknown) =>
      Promise.reject(new OfflineError(cause)),
    );
    const derived = await argon2idAsync(bytes, salt, { t, m, p, dkLen: KEY_BYTES });
    return crypto.subtle.importKey("raw", new Uint8Array(derived), gcm, false, usages);
  }
  const code = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt, info: utf8("landfall sealing 1 code") };
  return crypto.subtle.deriveKey(parameters, code, gcm, false, usages);
}
