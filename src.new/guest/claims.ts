// A guest's database beside that of the account. Loaded on demand.

import { LandfallError } from "../errors";
import { openUserDatabase } from "../store/database";
import type { OpenWorkspace } from "../store/live";
import { guardStorage } from "../store/storage-errors";
import type { UserDatabase } from "../store/synced-kind";
import type { ClaimOptions, GuestPreview } from "../types/guest";
import { type Account, claim as claimRows, preview as previewRows } from "./claim";
import { GUEST, type GuestParts } from "./parts";

/** What a claim would move. Throws LandfallError `not_signed_in`. */
export function preview(parts: GuestParts): Promise<GuestPreview> {
  return withGuest(parts, (guest, account) => previewRows(guest, account));
}

/** Moves the guest's rows. Throws LandfallError `not_signed_in`. */
export function claim(parts: GuestParts, options: ClaimOptions): Promise<GuestPreview["counts"]> {
  return withGuest(parts, async (guest, account, workspace) => {
    const counts = await claimRows(guest, account, options, parts.clock);
    workspace.wrote();
    return counts;
  });
}

async function withGuest<T>(
  { source, options, kinds }: GuestParts,
  work: (guest: UserDatabase, account: Account, workspace: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const workspace = await source.required();
  const { db, userId } = workspace;
  if (userId === GUEST) throw new LandfallError("not_signed_in", "Sign in first: then it has an owner.");
  const guest = openUserDatabase(options.name, GUEST, kinds, options.storage);
  const account = { db, userId, ownIndexedDb: options.storage !== undefined };
  try {
    return await guardStorage(() => work(guest, account, workspace));
  } finally {
    guest.close();
  }
}
