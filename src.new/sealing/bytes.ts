// Bytes as text and back. Pure.

export type Bytes = Uint8Array<ArrayBuffer>;

/** So many bytes are arguments of one call. */
const CHUNK = 0x8000;

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: ArrayBuffer): string {
  return new TextDecoder().decode(bytes);
}

/** Without padding. */
export function toBase64Url(buffer: ArrayBuffer | Bytes): string {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws for text that is no base64url. */
export function fromBase64Url(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}
