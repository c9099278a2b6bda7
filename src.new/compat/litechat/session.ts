// The user whose rows the service reads: a guest, or who is signed in. What a guest wrote becomes the user's at the sign-in, so it stays in sight.

import { GUEST } from "../../guest/parts";
import type { WorkspaceSource } from "../../store/live";
import { reportUnlessEnded } from "../../store/storage-errors";
import type { Landfall } from "../../types";

export interface SessionParts {
  landfall: Landfall;
  source: WorkspaceSource;
  /** How a guest's rows become the user's; "never": they stay the guest's. */
  claim: "merge" | "keep" | "never";
  /** Another user's rows are shown from now on. `isSamePerson`: a guest has signed in. */
  onSwitched(isSamePerson: boolean): void;
}

export class Session {
  readonly #parts: SessionParts;
  readonly #stop: () => void;
  #userId: string | null = null;
  #claiming: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#stop = parts.source.current.subscribe((workspace) => {
      if (workspace) this.#follow(workspace.userId);
    });
  }

  /** Resolves when rows can be read, without a network too. Rejects where nothing can be stored. */
  readonly ready = async (): Promise<void> => {
    await this.#parts.landfall.start();
    await this.#claiming;
  };

  close(): void {
    this.#stop();
  }

  #follow(userId: string): void {
    const before = this.#userId;
    if (userId === before) return;
    this.#userId = userId;
    const { landfall, claim, onSwitched } = this.#parts;
    if (userId !== GUEST && claim !== "never")
      // Where the user signs out meanwhile, the rows stay the guest's until the next sign-in.
      this.#claiming = landfall.guest.claim({ collisions: claim }).catch(reportUnlessEnded);
    if (before !== null) void this.#claiming.then(() => onSwitched(before === GUEST));
  }
}
