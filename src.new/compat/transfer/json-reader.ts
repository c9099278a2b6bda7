// Walks JSON in the bytes of a file without holding them: values are passed over, and the caller reads again the ones that it needs. Structure is found by
// bytes below 128, which UTF-8 has nowhere else.

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const END = -1;

/** Bytes of the file, from `start` to the one before `end`. */
export interface Range {
  start: number;
  end: number;
}

export class JsonReader {
  readonly #file: Blob;
  readonly #stream: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #chunk = new Uint8Array();
  /** The place of the chunk in the file, and of the next byte in the chunk. */
  #base = 0;
  #at = 0;
  /** The next backslash and the next quote in the chunk, as far as they were looked for. */
  #backslash = -1;
  #quote = -1;

  constructor(file: Blob) {
    this.#file = file;
    this.#stream = file.stream().getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  }

  /** Ends the reading before the end of the file. */
  async cancel(): Promise<void> {
    await this.#stream.cancel();
  }

  /** `{`, `[`, the beginning of another value, or `""` at the end. White space and a byte order mark are passed over. */
  async next(): Promise<string> {
    const byte = await this.#peek();
    return byte === END ? "" : String.fromCharCode(byte);
  }

  /** Calls back in front of each member's value. The callback passes over the value, or returns without a step: then it is passed over here. */
  async members(each: (name: string) => Promise<void>): Promise<void> {
    await this.#list(OPEN_OBJECT, CLOSE_OBJECT, async () => {
      const name = await this.text(await this.value());
      await this.#take(COLON);
      await this.#once(() => each(nameOf(name)));
    });
  }

  /** Calls back in front of each item of a list, like `members`. */
  async items(each: (index: number) => Promise<void>): Promise<void> {
    let index = 0;
    await this.#list(OPEN_LIST, CLOSE_LIST, async () => {
      await this.#once(() => each(index));
      index += 1;
    });
  }

  /** Passes over a value. */
  async value(): Promise<Range> {
    const first = await this.#peek();
    const start = this.#base + this.#at;
    if (first === QUOTE) await this.#string();
    else if (first === OPEN_LIST || first === OPEN_OBJECT) await this.#nested();
    else await this.#scalar();
    return { start, end: this.#base + this.#at };
  }

  async text({ start, end }: Range): Promise<string> {
    if (start < this.#base) return this.#file.slice(start, end).text();
    return new TextDecoder().decode(this.#chunk.subarray(start - this.#base, end - this.#base));
  }

  async #list(open: number, close: number, each: () => Promise<void>): Promise<void> {
    if (!(await this.#take(open))) return;
    while ((await this.#peek()) !== END && !(await this.#take(close))) {
      const before = this.#base + this.#at;
      await each();
      await this.#take(COMMA);
      // It is no JSON: the server says where.
      if (this.#base + this.#at === before) this.#at += 1;
    }
  }

  async #once(each: () => Promise<void>): Promise<void> {
    await this.#peek();
    const before = this.#base + this.#at;
    await each();
    if (this.#base + this.#at === before) await this.value();
  }

  async #take(byte: number): Promise<boolean> {
    const isNext = (await this.#peek()) === byte;
    if (isNext) this.#at += 1;
    return isNext;
  }

  async #peek(): Promise<number> {
    for (;;) {
      while (this.#at < this.#chunk.length) {
        const byte = this.#chunk[this.#at] as number;
        const isMark = this.#base + this.#at < 3 && byte > 0x7f;
        if (byte > 0x20 && !isMark) return byte;
        this.#at += 1;
      }
      if (!(await this.#fill())) return END;
    }
  }

  async #fill(): Promise<boolean> {
    const { done, value } = await this.#stream.read();
    if (done) return false;
    this.#base += this.#chunk.length;
    this.#chunk = value;
    this.#at = 0;
    this.#backslash = -1;
    this.#quote = -1;
    return true;
  }

  /** From a quote to the one that ends the text. */
  async #string(): Promise<void> {
    this.#at += 1;
    for (;;) {
      if (this.#at >= this.#chunk.length) {
        const over = this.#at - this.#chunk.length;
        if (!(await this.#fill())) return;
        this.#at = over;
        continue;
      }
      if (this.#backslash < this.#at) this.#backslash = this.#find(BACKSLASH);
      if (this.#quote < this.#at) this.#quote = this.#find(QUOTE);
      if (this.#quote < this.#backslash) {
        this.#at = this.#quote + 1;
        return;
      }
      // The character behind a backslash may be in the next chunk.
      this.#at = this.#backslash === Number.POSITIVE_INFINITY ? this.#chunk.length : this.#backslash + 2;
    }
  }

  /** The place of the next such byte in the chunk, or infinity. */
  #find(byte: number): number {
    const found = this.#chunk.indexOf(byte, this.#at);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  async #nested(): Promise<void> {
    let depth = 0;
    do {
      const byte = await this.#peek();
      if (byte === END) return;
      if (byte === QUOTE) {
        await this.#string();
        continue;
      }
      this.#at += 1;
      depth += nesting(byte);
      const chunk = this.#chunk;
      // Without an await for each byte.
      while (depth > 0 && this.#at < chunk.length && chunk[this.#at] !== QUOTE) {
        depth += nesting(chunk[this.#at] as number);
        this.#at += 1;
      }
    } while (depth > 0);
  }

  async #scalar(): Promise<void> {
    for (;;) {
      while (this.#at < this.#chunk.length) {
        const byte = this.#chunk[this.#at] as number;
        if (byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COLON) return;
        this.#at += 1;
      }
      if (!(await this.#fill())) return;
    }
  }
}

function nesting(byte: number): number {
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT ? -1 : 0;
}

function nameOf(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return "";
  }
}
