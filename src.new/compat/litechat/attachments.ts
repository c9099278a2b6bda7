// The contents of files in a prompt. LiteChat keeps them in the row, as text or base64. Those that make a row too large for the server are stored as files
// (`landfall.assets`), and the row has their ids. The application gets its rows with the contents.

import { sizeOf } from "../../store/check-members";
import { own } from "../../store/merge";
import type { Row } from "../../store/tables";
import { isPlainObject } from "../../store/validate";
import type { Landfall } from "../../types";
import { fingerprint } from "../../util/hash";
import { newId } from "../../util/ids";
import { report } from "../../util/report";
import { firstValue } from "../files/first-value";
import type { AppRow } from "./values";

/** Where the files of a row are. The server's imports know the same place. */
const PATH = ["prompt", "metadata", "attachedFiles"] as const;
/** The member of a file that has its moved contents, by the names of the members that they were in. */
const MOVED = "landfallContents";
/** Shorter texts are no contents. */
const MIN_CHARS = 1024;
/** What a reference takes up. */
const REFERENCE_BYTES = 256;

interface Moved {
  assetId: string;
  /** Of the content, so that the same content is stored once. */
  print: string;
}

export interface AttachmentParts {
  landfall: Landfall;
  /** The most bytes that a row may have; `null`: the application seals these rows, and files are not sealed. */
  maxRowBytes: () => Promise<number | null>;
}

export class Attachments {
  readonly #parts: AttachmentParts;

  constructor(parts: AttachmentParts) {
    this.#parts = parts;
  }

  /**
   * The row with references in the place of its largest contents, so that it fits. Ids of files that it adds are put into `added`. `known`: the row as it
   * is stored or was. `isGone`: it is not stored any more, and its files may be gone with it. Outside of a transaction.
   */
  async moved(key: string, row: Row, known: Row | undefined, added: string[], isGone: boolean): Promise<Row> {
    const files = filesOf(row);
    const contents = files.flatMap((file, index) =>
      contentsOf(file).map(([member, text]) => ({ index, member, text })),
    );
    const chars = contents.reduce((sum, { text }) => sum + text.length, 0);
    const most = chars < MIN_CHARS * MIN_CHARS ? null : await this.#parts.maxRowBytes();
    let bytes = most === null ? 0 : sizeOf(row);
    if (most === null || bytes <= most) return row;
    const before = new Map(
      filesOf(known).flatMap((file) => Object.values(movedIn(file)).map((one) => [one.print, one])),
    );
    const next = [...files];
    for (const { index, member, text } of contents.sort((one, other) => other.text.length - one.text.length)) {
      if (bytes <= most) break;
      const print = fingerprint(text);
      const stored = before.get(print);
      const isThere = stored && (isGone || (await this.#parts.landfall.assets.get(stored.assetId)));
      const moved = isThere ? stored : { assetId: newId(), print };
      if (!isThere) {
        await this.#add(key, moved.assetId, text);
        added.push(moved.assetId);
      }
      const { [member]: _text, ...rest } = next[index] ?? {};
      next[index] = { ...rest, [MOVED]: { ...movedIn(rest), [member]: moved } };
      bytes += REFERENCE_BYTES - text.length;
    }
    return withFiles(row, next);
  }

  /** The rows with their contents. A content that can't be reached, offline on another device, is left out, and its reference stays in the row. */
  async restored<R extends AppRow>(rows: readonly R[]): Promise<R[]> {
    const whole: R[] = [];
    for (const row of rows) {
      const files = filesOf(row);
      const isWhole = files.every((file) => !(MOVED in file));
      whole.push(
        isWhole ? row : (withFiles(row, await Promise.all(files.map((file) => this.#restoredFile(file)))) as R),
      );
    }
    return whole;
  }

  /** Deletes the files of rows that are gone. */
  async removeOf(keys: readonly string[]): Promise<void> {
    const { assets } = this.#parts.landfall;
    const names = new Set(keys.map(nameOf));
    const all = (await firstValue(assets.all())) ?? [];
    for (const { id, fileName } of all) if (names.has(fileName)) await assets.delete(id);
  }

  /** Deletes files whose row was not stored. */
  async discard(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#parts.landfall.assets.delete(id).catch(report);
  }

  async #add(key: string, id: string, text: string): Promise<void> {
    // As JSON, so that no text looks like a file of another type.
    const file = new File([JSON.stringify(text)], nameOf(key), { type: "text/plain" });
    // This device shows the row offline too.
    await this.#parts.landfall.assets.add(file, { id, keepLocal: "always" });
  }

  async #restoredFile(file: Row): Promise<Row> {
    const whole: Row = { ...file };
    const left: Record<string, Moved> = {};
    for (const [member, moved] of Object.entries(movedIn(file))) {
      const text = await this.#read(moved.assetId);
      if (text === null) left[member] = moved;
      else whole[member] = text;
    }
    const { [MOVED]: _moved, ...rest } = whole;
    return Object.keys(left).length > 0 ? { ...rest, [MOVED]: left } : rest;
  }

  async #read(id: string): Promise<string | null> {
    try {
      return JSON.parse(await (await this.#parts.landfall.assets.file(id)).text()) as string;
    } catch {
      return null;
    }
  }
}

/** The name of a row's files. A key may have characters that a name may not have. */
function nameOf(key: string): string {
  return `interaction-${fingerprint(key)}.txt`;
}

function filesOf(row: Row | undefined): Row[] {
  const list = PATH.reduce<unknown>((value, member) => own(value as Row | undefined, member), row);
  return Array.isArray(list) && list.every(isPlainObject) ? list : [];
}

function withFiles(row: Row, files: readonly Row[]): Row {
  const put = (value: unknown, [member, ...rest]: readonly string[]): unknown =>
    member === undefined ? files : { ...(value as Row), [member]: put((value as Row)[member], rest) };
  return put(row, PATH) as Row;
}

function contentsOf(file: Row): [string, string][] {
  return Object.entries(file).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].length >= MIN_CHARS,
  );
}

function movedIn(file: Row): Record<string, Moved> {
  const moved = file[MOVED];
  return isPlainObject(moved) ? (moved as Record<string, never>) : {};
}
