// `landfall.guest`: what was written on this device before anybody signed in, and how it becomes the person's own. The work itself is
// loaded when it is asked for: most visits never need it.

import type { Clock } from "../clock";
import { UserDatabase } from "../db/database";
import { guardStorage } from "../db/storage-errors";
import { LandfallError } from "../errors";
import type { WorkspaceSource } from "../live";
import type { ClaimOptions, Guest as GuestApi, GuestPreview, LandfallOptions } from "../types";
import type { Workspace } from "../workspace";

/** Whose database it is while nobody is signed in. Ids of people are longer. */
export const GUEST = "guest";

export class Guest implements GuestApi {
  readonly #source: WorkspaceSource;
  readonly #clock: Clock;
  readonly #options: LandfallOptions;

  constructor(source: WorkspaceSource, clock: Clock, options: LandfallOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#options = options;
  }

  async preview(): Promise<GuestPreview> {
    const { preview } = await import("./claim");
    return this.#withGuest((guest, { db }) => preview(guest, db));
  }

  async claim(options: ClaimOptions = {}): Promise<GuestPreview["counts"]> {
    const [{ claim }, { openBytes }] = await Promise.all([import("./claim"), import("../assets/bytes")]);
    const bytesOf = (db: UserDatabase) => openBytes(db.name, this.#options.storage !== undefined);
    return this.#withGuest(async (guest, workspace) => {
      const counts = await guardStorage(() => claim(guest, workspace.db, options, this.#clock, bytesOf));
      workspace.wrote();
      return counts;
    });
  }

  async #withGuest<T>(work: (guest: UserDatabase, workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await this.#source.required();
    if (workspace.userId === GUEST) throw new LandfallError("not_signed_in", "Sign in first: then it has an owner.");
    const { name, storage, conflicts } = this.#options;
    const guest = new UserDatabase(name, GUEST, storage, conflicts);
    try {
      return await work(guest, workspace);
    } finally {
      guest.close();
    }
  }
}
