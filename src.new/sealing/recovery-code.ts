// Recovery codes: 125 random bits as 25 letters and digits, in groups of five.

import { randomBytes } from "./bytes";

/** Crockford's alphabet, without letters that look like digits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS = 25;
const GROUP = 5;

export function newRecoveryCode(): string {
  const chars = [...randomBytes(CHARS)].map((byte) => ALPHABET[byte & 31] ?? "");
  const groups = Array.from({ length: CHARS / GROUP }, (_, group) => chars.slice(group * GROUP, (group + 1) * GROUP));
  return groups.map((group) => group.join("")).join("-");
}

/** The code as it was made, from what a person types. */
export function plainCode(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1")
    .replace(/[^0-9A-Z]/g, "");
}
