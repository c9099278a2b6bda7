// The ids of assistants. Loaded on demand.

/** base64url, which is the alphabet of a nanoid. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ID_CHARS = 21;
const RANDOM_CHARS = 9;

/** Whether a text is a nanoid of 21 characters. */
export function isNanoid(text: unknown): boolean {
  return typeof text === "string" && /^[\w-]{21}$/.test(text);
}

/** A new nanoid: 6 random bits for each character. */
export function newNanoid(chars = ID_CHARS): string {
  const bytes = crypto.getRandomValues(new Uint8Array(chars));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join("");
}

/** The name of a create that the server hasn't answered yet. `now` is RFC 3339 UTC. */
export function newPendingId(now: string): string {
  return `pending-${Date.parse(now)}-${newNanoid(RANDOM_CHARS)}`;
}

/** The id of the assistant that was created under a temporary id: the same at every call, so that it is created once. */
export async function idOfTempId(tempId: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(tempId)));
  const base64 = btoa(String.fromCharCode(...hash));
  return base64.replaceAll("+", "-").replaceAll("/", "_").slice(0, ID_CHARS);
}
