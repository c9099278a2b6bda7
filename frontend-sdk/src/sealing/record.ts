// The record of a user's sealing: the data key, wrapped once by the passphrase and once by the recovery code. It is a setting at the server. The
// server, and whoever has its database, learns from it what the derivation of the keys costs.

import { LandfallError } from "../errors";
import { isPlainObject } from "../store/validate";
import { canonical } from "../util/hash";
import { type Bytes, fromBase64Url, randomBytes, toBase64Url, utf8 } from "./bytes";

/** The key of the setting. */
export const RECORD_KEY = "landfall:sealing";

export interface SealingRecord {
  v: 1;
  /** The id of the data key. */
  kid: string;
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
  | { name: "PBKDF2-SHA-256"; salt: string; iterations: number }
  /** Of a recovery code, which is random and needs no cost. */
  | { name: "HKDF-SHA-256"; salt: string };

/** The cost of Argon2id: the second recommended option of RFC 9106, for surroundings with little memory. */
export const ARGON2_COST = { iterations: 3, memoryKiB: 64 * 1024, parallelism: 4 } as const;
/** Where a page may not run WebAssembly. OWASP's figure of 2023. */
export const PBKDF2_ITERATIONS = 600_000;
/** A record that costs more is refused: it would only stop the page. */
const MAX_ITERATIONS = 10_000_000;
const MAX_MEMORY_KIB = 1024 * 1024;

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 12;

export type Argon2Cost = Omit<Extract<Kdf, { name: "argon2id" }>, "name" | "salt">;

/** Wraps the data key by a passphrase, by Argon2id where the page may run it. */
export async function slotByPassphrase(data: Bytes, kid: string, passphrase: string, cost: Argon2Cost): Promise<Slot> {
  const salt = toBase64Url(randomBytes(SALT_BYTES));
  try {
    return await makeSlot(data, kid, "passphrase", { name: "argon2id", salt, ...cost }, passphrase);
  } catch (error) {
    if (!(error instanceof LandfallError) || error.code !== "unsupported") throw error;
    const kdf = { name: "PBKDF2-SHA-256", salt, iterations: PBKDF2_ITERATIONS } as const;
    return makeSlot(data, kid, "passphrase", kdf, passphrase);
  }
}

export async function slotByCode(data: Bytes, kid: string, code: string): Promise<Slot> {
  const salt = toBase64Url(randomBytes(SALT_BYTES));
  return makeSlot(data, kid, "code", { name: "HKDF-SHA-256", salt }, code);
}

/** The data key; `null`: the passphrase or the code is another. Throws LandfallError `unsupported`. */
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

export function isRecord(value: unknown): value is SealingRecord {
  if (!isPlainObject(value) || value.v !== 1 || typeof value.kid !== "string") return false;
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
  if (kdf.name === "argon2id")
    return crypto.subtle.importKey("raw", await argon2id(bytes, salt, kdf), gcm, false, usages);
  const isCode = kdf.name === "HKDF-SHA-256";
  const material = await crypto.subtle.importKey("raw", bytes, isCode ? "HKDF" : "PBKDF2", false, ["deriveKey"]);
  const parameters = isCode
    ? { name: "HKDF", hash: "SHA-256", salt, info: utf8("landfall sealing 1 code") }
    : { name: "PBKDF2", hash: "SHA-256", salt, iterations: kdf.iterations };
  return crypto.subtle.deriveKey(parameters, material, gcm, false, usages);
}

async function argon2id(password: Bytes, salt: Bytes, cost: Argon2Cost): Promise<Bytes> {
  const { iterations, memoryKiB: memorySize, parallelism } = cost;
  try {
    const { argon2id: derive } = await import("./argon2");
    const options = { password, salt, iterations, memorySize, parallelism, hashLength: KEY_BYTES } as const;
    return new Uint8Array(await derive({ ...options, outputType: "binary" }));
  } catch (cause) {
    const message =
      "This page can't derive the key: it may run no WebAssembly, or a part of the app could not be loaded.";
    throw new LandfallError("unsupported", message, { cause });
  }
}
