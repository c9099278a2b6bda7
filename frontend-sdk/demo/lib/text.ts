// Splits the text of a message into text, code and links. It returns strings for text nodes only and produces no HTML.

/** A piece of a paragraph. `at` is its offset. `href` is always http, https or mailto. */
export type Inline =
  | { kind: "text"; at: number; text: string }
  | { kind: "code"; at: number; text: string }
  | { kind: "link"; at: number; text: string; href: string };

/** Text, or a fenced code block with its language ("" without one). `at` is the number of its first line. */
export type Block =
  | { kind: "text"; at: number; inlines: Inline[] }
  | { kind: "code"; at: number; language: string; text: string };

/** The folded form of a long message. */
export type Preview = { text: string; cut: boolean };

// A message above either limit is folded. The preview is much shorter than the limit, so that unfolding shows much
// more.
const foldAboveCharacters = 3_000;
const foldAboveLines = 40;
const previewCharacters = 1_400;
const previewLines = 18;

const fenceOpen = /^ {0,3}```[ \t]*([\w+#.-]{0,32})[ \t]*\r?$/;
const fenceClose = /^ {0,3}```[ \t]*\r?$/;
// Both alternatives run in linear time, because messages can have a million characters of any origin.
const inlineMark = /`([^`\n]+)`|((?:https?:\/\/|mailto:)[^\s<>"'`]+)/gi;

/** Splits at ``` fences. An unclosed fence extends to the end. */
export function parseBlocks(content: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let language: string | undefined;
  let at = 0;
  const flush = (next: number) => {
    const text = lines.join("\n");
    if (language !== undefined) blocks.push({ kind: "code", at, language, text });
    else if (text.trim() !== "") blocks.push({ kind: "text", at, inlines: parseInlines(withoutOuterBreaks(text)) });
    lines = [];
    at = next;
  };
  for (const [number, line] of content.split("\n").entries()) {
    const opened = language === undefined ? fenceOpen.exec(line) : null;
    if (opened) {
      flush(number);
      language = opened[1] ?? "";
    } else if (language !== undefined && fenceClose.test(line)) {
      flush(number);
      language = undefined;
    } else {
      lines.push(line);
    }
  }
  if (lines.length > 0 || language !== undefined) flush(0);
  return blocks;
}

function withoutOuterBreaks(text: string): string {
  let from = 0;
  let until = text.length;
  while (from < until && text.charAt(from) === "\n") from += 1;
  while (until > from && text.charAt(until - 1) === "\n") until -= 1;
  return text.slice(from, until);
}

function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = [];
  let from = 0;
  const addText = (until: number) => {
    if (until > from) inlines.push({ kind: "text", at: from, text: text.slice(from, until) });
  };
  for (const match of text.matchAll(inlineMark)) {
    const [whole, code, address] = match;
    const link = address === undefined ? undefined : toLink(address, match.index);
    if (code === undefined && link === undefined) continue;
    addText(match.index);
    inlines.push(link ?? { kind: "code", at: match.index, text: code ?? "" });
    from = match.index + (link ? link.text.length : whole.length);
  }
  addText(text.length);
  return inlines;
}

function toLink(address: string, at: number): (Inline & { kind: "link" }) | undefined {
  const text = withoutSentenceEnd(address);
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  const allowed = protocol === "http:" || protocol === "https:" || protocol === "mailto:";
  return allowed ? { kind: "link", at, text, href } : undefined;
}

/** "see https://a.example/x)." links https://a.example/x. A bracket that the address opened is part of it. */
function withoutSentenceEnd(address: string): string {
  const opened = address.indexOf("(");
  let end = address.length;
  while (end > 0) {
    const last = address.charAt(end - 1);
    const closesOwnBracket = last === ")" && opened !== -1 && opened < end - 1;
    if (!".,;:!?)]}*_…”’»".includes(last) || closesOwnBracket) break;
    end -= 1;
  }
  return address.slice(0, end);
}

/** Folds a long message to its first lines, never inside a character. */
export function previewOf(content: string): Preview {
  if (content.length <= foldAboveCharacters && !hasMoreLinesThan(content, foldAboveLines)) {
    return { text: content, cut: false };
  }
  const start = content.slice(0, previewCharacters).split("\n", previewLines).join("\n");
  return { text: withoutHalfWord(start), cut: true };
}

/** A word at the cut is left out, because half an address would be a wrong link. */
function withoutHalfWord(text: string): string {
  const word = /\S{1,200}$/.exec(text);
  if (word && word.index > 0 && /\s/.test(text.charAt(word.index - 1))) return text.slice(0, word.index);
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function hasMoreLinesThan(content: string, limit: number): boolean {
  let at = -1;
  for (let seen = 0; seen < limit; seen += 1) {
    at = content.indexOf("\n", at + 1);
    if (at === -1) return false;
  }
  return true;
}
