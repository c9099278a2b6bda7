// A faster `structuredClone` for plain JSON, of which nearly everything consists that a simulation stores. Node's own serializes each value.

const platformClone = globalThis.structuredClone;

/** Thrown for a value that is not plain JSON. */
const NOT_PLAIN = Symbol("not plain");
/** A deeper value may have a cycle. */
const MAX_DEPTH = 200;

/** Replaces the global `structuredClone`, which the IndexedDB in memory calls for each row that it stores or hands out. */
export function replaceClone(): void {
  Object.assign(globalThis, { structuredClone: clone });
}

function clone<T>(value: T, options?: StructuredSerializeOptions): T {
  if (options) return platformClone(value, options);
  try {
    return copy(value, 0) as T;
  } catch (error) {
    if (error !== NOT_PLAIN) throw error;
    return platformClone(value);
  }
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw NOT_PLAIN;
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) throw NOT_PLAIN;
  if (Array.isArray(value)) {
    // Anything but a dense list has members of its own.
    if (Object.keys(value).length !== value.length) throw NOT_PLAIN;
    return value.map((item) => copy(item, depth + 1));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) throw NOT_PLAIN;
  const copied: Record<string, unknown> = {};
  for (const member of Object.keys(value)) {
    if (member === "__proto__") throw NOT_PLAIN;
    copied[member] = copy((value as Record<string, unknown>)[member], depth + 1);
  }
  return copied;
}
