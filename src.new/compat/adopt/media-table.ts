// A table of files whose bytes are in the browser's own file system (OPFS), or in the rows. Each becomes a file of `landfall.assets`.

import { InvalidInputError } from "../../errors";
import { cleanName, typeOf } from "../../kinds/assets/validate";
import { isPlainObject } from "../../store/validate";
import type { AddOptions } from "../../types";
import { fingerprint } from "../../util/hash";
import { noteOf } from "./faults";
import { keyText, type OldDatabase, type OldRow } from "./old-database";
import { fileAt, isHandle } from "./opfs";
import { type Examined, type Note, type OldTable, type Run, skipped } from "./product";

interface Item {
  file: Blob;
  options: AddOptions & { id: string; fileName: string };
}

/** Members that name a file of the file system, or hold it. */
const PATHS = ["handleName", "fileHandle", "opfsPath", "path"];
const BYTES = ["file", "blob", "data"];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_PIXELS = 1_000_000;
/** So many files between two messages of progress. */
const PAGE_FILES = 10;

export class MediaTable implements OldTable<Item> {
  readonly name: string;
  readonly #old: OldDatabase;
  readonly #run: Run;

  constructor(name: string, old: OldDatabase, run: Run) {
    this.name = name;
    this.#old = old;
    this.#run = run;
  }

  async *pages(): AsyncGenerator<OldRow[]> {
    for await (const page of this.#old.pages(this.name))
      for (let from = 0; from < page.length; from += PAGE_FILES) yield page.slice(from, from + PAGE_FILES);
  }

  async examine(page: readonly OldRow[]): Promise<Examined<Item>[]> {
    const examined: Examined<Item>[] = [];
    for (const old of page) {
      this.#run.requireSameUser();
      const one = await this.#read(old);
      const { files, landfall } = this.#run;
      const isKnown = one.verdict === "new" && (files.has(one.id) || (await landfall.assets.get(one.id)) !== undefined);
      if (one.verdict === "new") files.add(one.id);
      examined.push(isKnown ? { old, id: one.id, verdict: "present", notes: [] } : one);
    }
    return examined;
  }

  async store(items: readonly Examined<Item>[]): Promise<Map<Examined<Item>, Note>> {
    const failures = new Map<Examined<Item>, Note>();
    for (const one of items) {
      this.#run.checkpoint();
      if (!one.item) continue;
      const { file, options } = one.item;
      try {
        await this.#run.landfall.assets.add(file, options);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        failures.set(one, noteOf(error));
      }
    }
    return failures;
  }

  async #read(old: OldRow): Promise<Examined<Item>> {
    if (old.isUnreadable) return skipped(old, "unreadable", "The browser can't read this row: its data are damaged.");
    const { value } = old;
    if (!isPlainObject(value)) return skipped(old, "not_a_row", "This is no row.");
    const found = await bytesOf(value);
    if (!found) {
      const path = PATHS.map((member) => value[member]).find((text) => typeof text === "string");
      const message = path === undefined ? "It names no file." : `Its file "${path}" is not there.`;
      return skipped(old, "file_missing", message);
    }
    const given = [value.fileName, value.name, found.path?.split("/").pop()].find(
      (text) => typeof text === "string" && text,
    );
    const fileName = cleanName(String(given ?? "file"));
    const declared = [value.mimeType, value.type, value.fileType].find(
      (text) => typeof text === "string" && /^\w+\//.test(text),
    );
    const type = String(declared ?? found.file.type);
    const file = type === found.file.type ? found.file : new File([found.file], fileName, { type });
    const notes: Note[] = [];
    const fault = this.#typeFault(file, fileName, notes);
    if (fault) return { old, id: "", verdict: "skipped", notes: [fault] };
    const identity =
      found.path === null ? [this.#old.name, this.name, keyText(old.key)] : [found.path, found.lastModified];
    const cloudId = typeof value.cloudId === "string" ? value.cloudId.toLowerCase() : "";
    const id = UUID.test(cloudId) ? cloudId : uuidOf([...identity, file.size]);
    const options = { id, fileName, ...labelsOf(value), ...(notes.length > 0 && { localOnly: true }) };
    return { old, id, verdict: "new", notes, item: { file, options } };
  }

  /** A file of a type that the server never takes stays on this device. */
  #typeFault(file: Blob, fileName: string, notes: Note[]): Note | null {
    try {
      try {
        typeOf(file, fileName, this.#run.limits);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        typeOf(file, fileName, undefined);
        notes.push({ effect: "device-only", code: "type_refused", message: error.message });
      }
      return null;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return noteOf(error);
    }
  }
}

/** `path`: where it is in the file system; `null` for bytes in the row. */
async function bytesOf(
  row: Record<string, unknown>,
): Promise<{ file: Blob; path: string | null; lastModified: number } | null> {
  const bytes = BYTES.map((member) => row[member]).find((value) => value instanceof Blob);
  if (bytes instanceof Blob) return { file: bytes, path: null, lastModified: 0 };
  for (const member of PATHS) {
    const handle = row[member];
    if (isHandle(handle)) {
      const file = await handle.getFile().catch(() => null);
      if (file) return { file, path: handle.name, lastModified: file.lastModified };
    }
    const found = typeof handle === "string" ? await fileAt(handle) : null;
    if (found) return { file: found.file, path: found.path, lastModified: found.file.lastModified };
  }
  return null;
}

function labelsOf({ width, height, projectId }: Record<string, unknown>): AddOptions {
  const isSize = (pixels: unknown): pixels is number =>
    Number.isInteger(pixels) && Number(pixels) >= 0 && Number(pixels) <= MAX_PIXELS;
  return {
    ...(isSize(width) && { width }),
    ...(isSize(height) && { height }),
    ...(typeof projectId === "string" && projectId !== "" && projectId.length <= 128 && { projectId }),
  };
}

/** A UUID of version 8 with 106 bits of a fingerprint: the same for the same file in every run. */
function uuidOf(identity: readonly unknown[]): string {
  const hex = (fingerprint(identity) + fingerprint([identity, "uuid"])).slice(0, 32);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)];
  return parts.join("-");
}
