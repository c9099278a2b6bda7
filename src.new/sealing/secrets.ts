// Takes secrets out of a row before it is stored where it syncs, and puts them back. The names are those by which the server knows a secret
// (docs/adr/0009-secrets-are-sealed.md). Pure.

import { own } from "../store/merge";
import type { Row } from "../store/tables";
import { isPlainObject } from "../store/validate";
import { withoutSecret } from "./address";
import { isSecretName } from "./secret-name";

/** A text that stays on the device. A list's item with an `id` is named by it, since other devices reorder lists. */
export interface Secret {
  path: (string | number | { id: unknown })[];
  value: unknown;
  /** What is stored in its place. Without it nothing is. */
  shown?: string;
}

const SERVICE_SECRETS = ["headers", "env"];

/**
 * The value without its secrets, and the secrets. `inService`: headers, environments and keys in addresses are secrets too. `names`: more names of
 * secrets. `services`: members that describe services, at any depth.
 */
export function takeSecrets(
  value: unknown,
  inService: boolean,
  names: readonly string[] = [],
  services: readonly string[] = [],
): { open: unknown; secrets: Secret[] } {
  const secrets: Secret[] = [];
  const walk = (part: unknown, path: Secret["path"], isService: boolean): unknown => {
    if (typeof part === "string") {
      const shown = withoutSecret(part, isService);
      if (shown !== part) secrets.push({ path, value: part, shown });
      return shown;
    }
    if (Array.isArray(part)) {
      return part.map((item, index) =>
        walk(item, [...path, isPlainObject(item) && item.id ? { id: item.id } : index], isService),
      );
    }
    if (!isPlainObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).flatMap(([name, member]) => {
        const at = [...path, name];
        const isSecret =
          isSecretName(name) || names.includes(name) || (isService && SERVICE_SECRETS.includes(name.toLowerCase()));
        if (!isSecret || !holdsText(member)) return [[name, walk(member, at, isService || services.includes(name))]];
        secrets.push({ path: at, value: member });
        return [];
      }),
    );
  };
  return { open: walk(value, [], inService), secrets };
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
