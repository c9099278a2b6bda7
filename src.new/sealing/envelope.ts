// Seals a text by AES-256-GCM of WebCrypto. The nonce is derived from the text and its place, so that an equal text at the same place is sealed
// equally: a repeated request is the same request, and a put of an equal row changes nothing. Another text, or another place, has another nonce.

import { isPlainObject } from "../store/validate";
import { type Bytes, fromBase64Url, textOf, toBase64Url, utf8 } from "./bytes";

/** The server knows this form (`Sealed` in its OpenAPI document). */
export interface Envelope {
  alg: "A256GCM";
  /** The id of the data key. */
  kid: string;
  /** 12 bytes, base64url. */
  iv: string;
  /** With its tag of 16 bytes, base64url. */
  ciphertext: string;
}

/** What seals and opens a user's rows. A page can use the keys and can't read them. */
export interface DataKey {
  kid: string;
  /** AES-256-GCM. */
  cipher: CryptoKey;
  /** HMAC-SHA-256: nonces, and what stands in the place of unique names. */
  mac: CryptoKey;
}

const IV_BYTES = 12;

export function isEnvelope(value: unknown): value is Envelope {
  if (!isPlainObject(value) || value.alg !== "A256GCM") return false;
  return [value.kid, value.iv, value.ciphertext].every((member) => typeof member === "string");
}

/** `data` is 32 random bytes. */
export async function dataKeyOf(data: Bytes, kid: string): Promise<DataKey> {
  const master = await crypto.subtle.importKey("raw", data, "HKDF", false, ["deriveKey"]);
  const derive = (purpose: string, algorithm: AesKeyGenParams | HmacKeyGenParams, usages: KeyUsage[]) => {
    const info = utf8(`landfall sealing 1 ${purpose}`);
    const parameters = { name: "HKDF", hash: "SHA-256", salt: utf8(kid), info };
    return crypto.subtle.deriveKey(parameters, master, algorithm, false, usages);
  };
  return {
    kid,
    cipher: await derive("cipher", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]),
    mac: await derive("mac", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
  };
}

/** `collection` and `key`: of the row. A text that is moved to another row doesn't open. */
export async function sealText(key: DataKey, collection: string, rowKey: string, text: string): Promise<Envelope> {
  const additionalData = placeOf(key, collection, rowKey);
  const nonce = await sign(key, "nonce", additionalData, text);
  const iv = nonce.slice(0, IV_BYTES);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key.cipher, utf8(text));
  return { alg: "A256GCM", kid: key.kid, iv: toBase64Url(iv), ciphertext: toBase64Url(ciphertext) };
}

/** `null`: it was sealed for another row, or has been changed. */
export async function openText(
  key: DataKey,
  collection: string,
  rowKey: string,
  { iv, ciphertext }: Envelope,
): Promise<string | null> {
  try {
    const parameters = { name: "AES-GCM", iv: fromBase64Url(iv), additionalData: placeOf(key, collection, rowKey) };
    return textOf(await crypto.subtle.decrypt(parameters, key.cipher, fromBase64Url(ciphertext)));
  } catch {
    return null;
  }
}

/** A text that stands for a unique one: equal for equal texts, and of no use without the key. */
export async function standIn(key: DataKey, collection: string, member: string, text: string): Promise<string> {
  const mark = await sign(key, "unique", utf8(JSON.stringify([collection, member])), text);
  return `sealed-${toBase64Url(mark)}`;
}

function placeOf({ kid }: DataKey, collection: string, rowKey: string): Bytes {
  return utf8(JSON.stringify(["landfall", 1, kid, collection, rowKey]));
}

async function sign({ mac }: DataKey, purpose: string, place: Bytes, text: string): Promise<ArrayBuffer> {
  // The length tells where the place ends.
  const head = utf8(`${purpose} ${place.length} `);
  const body = utf8(text);
  const all = new Uint8Array(head.length + place.length + body.length);
  all.set(head);
  all.set(place, head.length);
  all.set(body, head.length + place.length);
  return crypto.subtle.sign("HMAC", mac, all);
}
