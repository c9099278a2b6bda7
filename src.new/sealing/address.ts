// Secrets inside addresses of a text, as the server finds them (src/kinds/collections/common/address.rs). A text that only the server takes for a secret
// is refused after it was sent. Pure.

import { isSecretName } from "./secret-name";

/** Characters between the words of a text: white space, as the server knows it, and quotes. */
const WORD = /[^\p{White_Space}"'`<>]+/gu;
const KEY_PARAMETER = /^(key|auth|code|sig|signature)$/i;
const UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const AS_UUID = new RegExp(`^(?:${UUID}|\\{${UUID}\\}|urn:uuid:${UUID})$`);

/** True for `https://anna:secret@host/`, `https://token@host/` and `https://host/?token=x`, anywhere in the text. */
export function holdsPassword(text: string): boolean {
  return wordsOf(text).some((word) => withoutUsers(word) !== word || hasParameter(word, isSecretName));
}

/** True for an address of a service that has a key in its path or its query, and for the value of an `Authorization` header, anywhere in the text. */
export function holdsKey(text: string): boolean {
  return wordsOf(text).some((word) => isBearer(word) || hasParameter(word, isKeyParameter) || hasKeyInPath(word));
}

/** The text without what the server takes for a secret: a user in an address, parameters of an address, in services also keys. */
export function withoutSecret(text: string, inService: boolean): string {
  // The word behind it is the secret.
  if (inService && wordsOf(text).some(isBearer)) return "";
  if (!text.includes("://")) return text;
  return text.replace(WORD, (word) => {
    const isSecret = (name: string) => isSecretName(name) || (inService && isKeyParameter(name));
    const host = inService && hasKeyInPath(word) ? /^.*?:\/\/[^/?#]*/s : /^.*/s;
    const query = hasParameter(word, isSecret) ? /[?#].*/s : /$^/;
    const [open = ""] = host.exec(withoutUsers(word)) ?? [];
    const shown = open.replace(query, "");
    return holdsPassword(shown) || (inService && holdsKey(shown)) ? "" : shown;
  });
}

function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}

function isBearer(word: string): boolean {
  return /^bearer$/i.test(word);
}

function isKeyParameter(name: string): boolean {
  return KEY_PARAMETER.test(name);
}

/** The word without users that are secrets, in each of its addresses. */
function withoutUsers(word: string): string {
  const parts = word.split("://");
  const open = parts.map((part, index) => {
    if (index === 0) return part;
    const scheme = parts[index - 1]?.split(/[^A-Za-z0-9+.-]/).pop() ?? "";
    const [authority = ""] = part.split(/[/?#]/);
    const user = authority.slice(0, Math.max(authority.lastIndexOf("@"), 0));
    const isSecret = user.includes(":") || (/http/i.test(scheme) && user !== "");
    return isSecret ? part.slice(user.length + 1) : part;
  });
  return open.join("://");
}

/** Whether the query or the fragment of an address has a value of such a name. */
function hasParameter(word: string, isMeant: (name: string) => boolean): boolean {
  const start = word.search(/[?#]/);
  if (start < 0 || !word.includes("://")) return false;
  return word
    .slice(start + 1)
    .split(/[&?#;]/)
    .some((parameter) => {
      const end = parameter.indexOf("=");
      return end >= 0 && end + 1 < parameter.length && isMeant(parameter.slice(0, end));
    });
}

function hasKeyInPath(word: string): boolean {
  const at = word.indexOf("://");
  const [, ...path] = at < 0 ? [] : word.slice(at + 3).split(/[/?#]/);
  return path.some((part) => part.split(/[&=]/).some(isKey));
}

/** A UUID, or a long run of letters and digits. */
function isKey(part: string): boolean {
  const isRun = (run: string) => run.length >= 32 || (run.length >= 16 && /\d/.test(run) && /[a-z]/i.test(run));
  return AS_UUID.test(part) || part.split(/[^A-Za-z0-9]/).some(isRun);
}
