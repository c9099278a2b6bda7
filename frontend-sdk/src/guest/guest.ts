// `landfall.guest`: what was written on this device before the first sign-in, and how it moves into an account. The code for claims is loaded on
// demand, since most visits never need it.

import { LandfallError } from "../errors";
import { openUserDatabase } from "../store/database";
import type { OpenWorkspace, WorkspaceSource } from "../store/live";
import { guardStorage } from "../store/storage-errors";
import type { Kinds, UserDatabase } from "../store/synced-kind";
import type { Clock } from "../types/clock";
import type { ClaimOptions, Guest, GuestPreview } from "../types/guest";
import type { LandfallOptions } from "../types/options";
import type { Account } from "./claim";

/** The user id of the database while no user is signed in. Ids of users are longer. */
export const GUEST = "guest";

const loadClaim = () => import("./claim");

export interface GuestParts {
  source: WorkspaceSource;
  clock: Clock;
  options: LandfallOptions;
  kinds: Kinds;
  /** Loads the code of writes. */
  loadWrites: () => Promise<unknown>;
}

export class GuestApi implements Guest {
  readonly #parts: GuestParts;

  constructor(parts: GuestParts) {
    this.#parts = parts;
  }

  async preview(): Promise<GuestPreview> {
    const { preview } = await loadClaim();
    return this.#withGuest((guest, workspace) => guardStorage(() => preview(guest, this.#account(workspace))));
  }

  async claim(options: ClaimOptions = {}): Promise<GuestPreview["counts"]> {
    const { clock, loadWrites } = this.#parts;
    const [{ claim }] = await Promise.all([loadClaim(), loadWrites()]);
    return this.#withGuest(async (guest, workspace) => {
      const counts = await guardStorage(() => claim(guest, this.#account(workspace), options, clock));
      workspace.wrote();
      return counts;
    });
  }

  #account({ db, userId }: OpenWorkspace): Account {
    return { db, userId, ownIndexedDb: this.#parts.options.storage !== undefined };
  }

  async #withGuest<T>(work: (guest: UserDatabase, workspace: OpenWorkspace) => Promise<T>): Promise<T> {
    const { source, options, kinds } = this.#parts;
    const workspace = await source.required();
    if (workspace.userId === GUEST) throw new LandfallError("not_signed_in", "Sign in first: then it has an owner.");
    const guest = openUserDatabase(options.name, GUEST, kinds, options.storage);
    try {
      return await work(guest, workspace);
    } finally {
      guest.close();
    }
  }
}
