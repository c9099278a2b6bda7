// Numbers of the server that a JavaScript number can't hold. Rows have them rounded. Their texts are kept aside by pointer, so that an unchanged
// member is sent as the server has it.

/** The texts of such numbers by RFC 6901 pointer. */
export type ExactNumbers = Readonly<Record<string, string>>;

/** U+0000 before a number's text, as a string. No text of a row has this character. */
const MARK = "\0";
const MARKED = "\\u0000";
const LONG_NUMBER = /-?\d[\d.eE+-]{15,}/g;

const texts = new WeakMap<object, Record<string, string>>();
let any = false;

/** `JSON.parse`. Numbers that were rounded are known to `exactNumbersOf`. */
export function parseJson(text: string): unknown {
  const marked = /\d{16}/.test(text) ? markInexact(text) : text;
  if (marked === text) return JSON.parse(text) as unknown;
  any = true;
  return JSON.parse(marked, function (this: object, member: string, value: unknown) {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    texts.set(this, { ...texts.get(this), [member]: value.slice(1) });
    return Number(value.slice(1));
  }) as unknown;
}

/** `JSON.stringify`, with the texts of exact numbers in place of their strings. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0000([^"]*)"/g, "$1");
}

/** JSON of rows, in requests and answers. */
export const EXACT_JSON = { parse: parseJson, stringify: stringifyJson };

/** The numbers in a parsed value that were rounded; `undefined` for none. */
export function exactNumbersOf(value: unknown): ExactNumbers | undefined {
  const found: Record<string, string> = {};
  const visit = (part: unknown, pointer: string) => {
    if (typeof part !== "object" || part === null) return;
    for (const [member, text] of Object.entries(texts.get(part) ?? {}))
      found[`${pointer}/${escapePointer(member)}`] = text;
    for (const [member, inner] of Object.entries(part)) visit(inner, `${pointer}/${escapePointer(member)}`);
  };
  if (any) visit(value, "");
  return Object.keys(found).length > 0 ? found : undefined;
}

/** A copy with the strings of exact numbers in place of the numbers that are still the same. */
export function withExactNumbers<T>(value: T, exact: ExactNumbers | undefined): T {
  if (!exact) return value;
  const all = Object.values(exact);
  const restore = (part: unknown, pointer: string): unknown => {
    if (typeof part === "number") {
      // In a list, an item may have moved.
      const text = [exact[pointer], ...all].find((one) => Number(one) === part);
      return text === undefined ? part : MARK + text;
    }
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map((item, index) => restore(item, `${pointer}/${index}`));
    const members = Object.entries(part).map(([member, inner]) => [
      member,
      restore(inner, `${pointer}/${escapePointer(member)}`),
    ]);
    return Object.fromEntries(members);
  };
  return restore(value, "") as T;
}

/** The value of a body as JavaScript has it: the reverse of `withExactNumbers`. */
export function rounded(value: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  const text = JSON.stringify(value) ?? "";
  return text.includes(`"${MARKED}`) ? (parseJson(stringifyJson(value)) as Record<string, unknown>) : value;
}

/** Marks long numbers that JavaScript would write in another way, whose texts may be lost. */
function markInexact(text: string): string {
  let marked = "";
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    marked += text
      .slice(at, end)
      .replace(LONG_NUMBER, (number) => (String(Number(number)) === number ? number : `"${MARKED}${number}"`));
    at = end;
    if (quote < 0) break;
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
    at += 1;
    marked += text.slice(quote, at);
  }
  return marked;
}

/** A member as a part of an RFC 6901 pointer. */
export function escapePointer(member: string): string {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}
