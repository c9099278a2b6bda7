// The files page of the demo, and the uploads that a device sends to the storage.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "./pictures.mjs";
import { until } from "./until.mjs";

/** A file to choose. The browser takes its type from the name's extension. @typedef {{ name: string, buffer: Buffer }} Chosen */

export class FilesPage {
  #demo;

  /** @param {import("./demo.mjs").Demo} demo */
  constructor(demo) {
    this.#demo = demo;
  }

  /** Opens the files page in a tab. @param {import("./demo.mjs").Demo} demo */
  static async open(demo) {
    await demo.find("to-files").click();
    await demo.find("files-pane").waitFor();
    return new FilesPage(demo);
  }

  /** Chooses files. Resolves when all of them are stored on the device. @param {Chosen[]} files */
  async add(files) {
    const areListed = async () => {
      const shown = (await this.shown()).map(({ name }) => name);
      return files.every(({ name }) => shown.includes(name));
    };
    // Two dozen files take half a minute where other suites use the processors.
    await this.choose(files, () => until("the files are listed", areListed, 60_000));
  }

  /** Chooses files, which exist until `taken` resolves. @param {Chosen[]} files @param {() => Promise<unknown>} taken */
  async choose(files, taken) {
    const folder = await mkdtemp(join(tmpdir(), "landfall-files-"));
    try {
      const paths = files.map(({ name }) => join(folder, name));
      await Promise.all(files.map(({ buffer }, index) => writeFile(paths[index] ?? "", buffer)));
      await this.#demo.find("file-input").setInputFiles(paths);
      await taken();
    } finally {
      // The browser has its own copy of a listed file.
      await rm(folder, { recursive: true });
    }
  }

  /** The files in the gallery, in order. */
  async shown() {
    return this.#demo.find("file").evaluateAll((cards) =>
      cards.map((card) => ({
        id: card.getAttribute("data-key") ?? "",
        name: card.querySelector(".file-name")?.textContent ?? "",
        state: card.getAttribute("data-state") ?? "",
        words: card.querySelector('[data-testid="file-state"]')?.textContent ?? "",
        why: card.querySelector(".file-why")?.textContent ?? "",
      })),
    );
  }

  /** The state of each file, by name. @returns {Promise<Record<string, string>>} */
  async states() {
    return Object.fromEntries((await this.shown()).map(({ name, state }) => [name, state]));
  }

  /** The sent bytes of the running upload, from its progress bar. */
  async sentBytes() {
    const bars = await this.#demo
      .find("file-progress")
      .evaluateAll((all) => all.map((bar) => /** @type {HTMLProgressElement} */ (bar).value));
    return Math.max(0, ...bars);
  }

  /** Downloads a file by its button and returns the SHA-256 of its bytes in hex. @param {string} name */
  async download(name) {
    const arriving = this.#demo.page.waitForEvent("download");
    await this.#demo.page.getByRole("button", { name: `Download ${name}`, exact: true }).click();
    return sha256(await readFile(await (await arriving).path()));
  }
}

/** Counts the uploads of a device to the storage, by the path of the link and the number of the part. @param {import("./browser.mjs").Device} device */
export function countPuts(device) {
  const stored = /** @type {Map<string, number>} */ (new Map());
  device.context.on("response", (response) => {
    const request = response.request();
    if (request.method() !== "PUT" || !response.ok()) return;
    const { pathname, searchParams } = new URL(request.url());
    const part = `${pathname} ${searchParams.get("partNumber") ?? "whole"}`;
    stored.set(part, (stored.get(part) ?? 0) + 1);
  });
  return stored;
}
