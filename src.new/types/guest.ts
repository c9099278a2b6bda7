// Data that was written before the first sign-in.

/** What a claim would move. */
export interface GuestPreview {
  /** Rows by collection. */
  counts: Record<string, number>;
  /** Rows that the account has with other content: under the same key, or by the same unique name. */
  collisions: {
    collection: string;
    key: string;
    guest: Record<string, unknown>;
    account: Record<string, unknown>;
  }[];
}

export interface ClaimOptions {
  /**
   * "keep" (default): both rows stay, the guest's under a new id; of a row whose key has a meaning (a setting) the account's stays. "merge": one
   * row, the account's members, filled up with the guest's.
   */
  collisions?: "keep" | "merge";
}

/** Both calls reject with code `not_signed_in` while no user is signed in. Without a claim the data stays on the device for the next sign-out. */
export interface Guest {
  preview(): Promise<GuestPreview>;
  /**
   * Moves the guest's rows into the account and sends them. Returns the number of rows by collection. A claim that broke off can be repeated.
   *
   * @example
   * const { collisions } = await landfall.guest.preview();
   * await landfall.guest.claim({ collisions: collisions.length > 0 ? "merge" : "keep" });
   */
  claim(options?: ClaimOptions): Promise<GuestPreview["counts"]>;
}
