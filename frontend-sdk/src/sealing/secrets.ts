// Takes secrets out of a row before it is stored where it syncs, and puts them back. The names are those by which the server knows a secret
// (docs/adr/0009-secrets-are-sealed.md). Pure.

import { own } from "../store/merge";
import type { Row } from "../store/tables";
import { isPlainObject } from "../store/validate";

/** A text that stays on the device. A list's item with an `id` is named by it, since other devices reorder lists. */
export interface Secret {
  path: (string | number | { id: unknown })[];
  value: unknown;
  /** What is stored in its place. Without it nothing is. */
  shown?: string;
}

const SUFFIXES =
  /(password|passphrase|passwd|secret|token|apikey|accesskey|privatekey|secretkey|authorization|credentials?)$/;
const NAMES = ["gitGlobalPat"];
const SERVICE_SECRETS = ["headers", "env"];
const KEY_PARAMETERS = ["key", "auth", "code", "sig", "signature"];

/** Whether a member, or a setting, of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return NAMES.includes(name) || SUFFIXES.test(name.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase());
}

/**
 * The value without its secrets, and the secrets. `inService`: headers, environments and keys in addresses are secrets too. `names`: more names of
 * secrets.
 */
export function takeSecrets(
  value: unknown,
  inService: boolean,
  names: readonly string[] = [],
): { open: unknown; secrets: Secret[] } {
  const secrets: Secret[] = [];
  const walk = (part: unknown, path: Secret["path"]): unknown => {
    if (typeof part === "string") {
      const shown = withoutSecret(part, inService);
      if (shown !== part) secrets.push({ path, value: part, shown });
      return shown;
    }
    if (Array.isArray(part)) {
      return part.map((item, index) => walk(item, [...path, isPlainObject(item) && item.id ? { id: item.id } : index]));
    }
    if (!isPlainObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).flatMap(([name, member]) => {
        const at = [...path, name];
        const isSecret =
          isSecretName(name) || names.includes(name) || (inService && SERVICE_SECRETS.includes(name.toLowerCase()));
        if (!isSecret || !holdsText(member)) return [[name, walk(member, at)]];
        secrets.push({ path: at, value: member });
        return [];
      }),
    );
  };
  return { open: walk(value, []), secrets };
}

/** Puts secrets back. One whose place is gone, or whose text another device has changed, is left out. */
export function putSecrets(value: unknown, secrets: readonly Secret[]): unknown {
  return secrets.reduce((whole, secret) => putSecret(whole, secret.path, secret), value);
}

function putSecret(value: unknown, [step, ...rest]: Secret["path"], secret: Secret): unknown {
  if (step === undefined) return secret.shown === undefined || value === secret.shown ? secret.value : value;
  if (Array.isArray(value)) {
    const isMeant = (item: unknown, index: number) =>
      typeof step === "object" ? isPlainObject(item) && item.id === step.id : index === step;
    return value.map((item, index) => (isMeant(item, index) ? putSecret(item, rest, secret) : item));
  }
  if (!isPlainObject(value) || typeof step !== "string") return value;
  if (rest.length > 0 && !Object.hasOwn(value, step)) return value;
  return Object.fromEntries([...Object.entries(value), [step, putSecret(own(value as Row, step), rest, secret)]]);
}

export function holdsText(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  return typeof value === "object" && value !== null && Object.values(value).some(holdsText);
}

/** The text without what the server takes for a secret: a user in an address, parameters of an address, in services also keys. */
function withoutSecret(text: string, inService: boolean): string {
  if (!text.includes("://")) return inService && /\bbearer\b/i.test(text) ? "" : text;
  return text.replace(/[^\s"'`<>]+/g, (word) => {
    const [, before = "", authority = "", rest = ""] = /^(.*?:\/\/)([^/?#]*)(.*)$/s.exec(word) ?? [];
    if (!before) return word;
    const user = authority.slice(0, Math.max(authority.lastIndexOf("@"), 0));
    const isSecret = user.includes(":") || (/http/i.test(before) && user !== "");
    const open = isSecret ? authority.slice(user.length + 1) : authority;
    const parameters = (rest.split(/[?#]/).length > 1 ? rest.slice(rest.search(/[?#]/)) : "").split(/[?#&;]/);
    const hasSecret = parameters.some((parameter) => {
      const [name = "", value = ""] = parameter.split("=");
      return value !== "" && (isSecretName(name) || (inService && KEY_PARAMETERS.includes(name.toLowerCase())));
    });
    const hasKey = inService && rest.split(/[/?#&=]/).some(isKey);
    return before + open + (hasKey ? "" : hasSecret ? rest.slice(0, rest.search(/[?#]/)) : rest);
  });
}

/** A UUID, or a long run of letters and digits. */
function isKey(part: string): boolean {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part);
  const isRun = (run: string) => run.length >= 32 || (run.length >= 16 && /\d/.test(run) && /[a-z]/i.test(run));
  return isUuid || part.split(/[^A-Za-z0-9]/).some(isRun);
}
