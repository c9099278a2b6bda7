// Takes an `AssistantMarketDB` over: what was pending in it becomes creates of the outbox, and what it had read is shown until the server answers.
// The ids of the creates come from the temporary ids, so that two tabs or a repeat make the same rows. What one user has taken, no other one takes.

import { InvalidInputError } from "../../errors";
import type { AssistantsApi } from "../../kinds/assistants/api";
import { ASSISTANTS } from "../../kinds/assistants/descriptor";
import { idOfTempId } from "../../kinds/assistants/ids";
import { AppState } from "../../store/app-state";
import { DeviceDatabase } from "../../store/database";
import type { UserDatabase } from "../../store/synced-kind";
import type { Row } from "../../store/tables";
import type { Assistant } from "../../types";
import { toIso } from "../../util/clock";
import { type OldPending, readOldDatabase } from "./old-database";
import { rowOfTempId } from "./pending";
import type { PublicCache } from "./public-cache";

export interface OldDatabasePreview {
  /** 1 or 2. */
  version: number;
  /** Assistants that it had read from its server. */
  cached: number;
  /** What `adopt` would create. */
  pending: { tempId: string; title: string; createdAt: number }[];
  /** How many pending assistants were taken before, by this user or another. */
  taken: number;
}

export interface AdoptResult {
  created: number;
  /** Taken before. */
  skipped: number;
  /** What the server would never take. It stays in the old database. */
  refused: { tempId: string; errors: InvalidInputError["errors"] }[];
}

/** Of the device's database. `done`: the rows are in the user's database. */
interface AdoptState {
  "assistants.adopted": Record<string, { userId: string; done: boolean }>;
}

export async function previewOldDatabase(api: AssistantsApi): Promise<OldDatabasePreview | null> {
  const { source, options } = api.parts;
  const { userId } = await source.required();
  const old = await readOldDatabase(options.storage);
  if (!old) return null;
  const open = await withDevice(api, async (state) => openFor(userId, await takenIn(state), old.pending));
  return {
    version: old.version,
    cached: old.cached.length,
    pending: open.map(({ tempId, data, createdAt }) => ({ tempId, title: String(data.title ?? ""), createdAt })),
    taken: old.pending.length - open.length,
  };
}

/** Throws NotSignedInError. */
export async function adopt(api: AssistantsApi, cache: PublicCache): Promise<AdoptResult> {
  const { source, options, clock } = api.parts;
  const { userId } = await source.required();
  const old = await readOldDatabase(options.storage);
  const result: AdoptResult = { created: 0, skipped: 0, refused: [] };
  if (!old) return result;
  await withDevice(api, async (state, transaction) => {
    const mark = (pending: readonly OldPending[], done: boolean) =>
      transaction(async () => {
        const taken = await takenIn(state);
        const open = openFor(userId, taken, pending);
        await state.set("assistants.adopted", {
          ...taken,
          ...Object.fromEntries(open.map(({ tempId }) => [tempId, { userId, done }])),
        });
        return open;
      });
    const open = await mark(old.pending, false);
    result.skipped = old.pending.length - open.length;
    for (const pending of open) {
      try {
        if (await createOnce(api, pending, toIso(pending.createdAt || clock.now()))) result.created += 1;
        else result.skipped += 1;
        await mark([pending], true);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        result.refused.push({ tempId: pending.tempId, errors: error.errors });
      }
    }
  });
  const cached = old.cached.filter(isCached).map((row) => ({ ...row, cachedAt: Number(row.cachedAt) }));
  await cache.storeAssistants(cached);
  return result;
}

/** Returns whether the row is new. */
export async function createOnce(
  api: AssistantsApi,
  { tempId, data }: OldPending,
  createdAt: string,
): Promise<boolean> {
  const id = await idOfTempId(tempId);
  let isNew = false;
  await api.edit(async (edits, db, kind, now) => {
    const known = await knownRow(db, id, tempId);
    isNew = !known;
    return known ? { row: known } : edits.createAssistant(db, kind, data, now, { id, tempId, createdAt });
  });
  return isNew;
}

/** The row, also one that was deleted since. */
export async function knownRow(db: UserDatabase, id: string, tempId: string): Promise<Row | undefined> {
  const state = await db.syncRows.get([ASSISTANTS, id]);
  return (await rowOfTempId(db, id, tempId)) ?? (state && { id, ...state.deletedRow });
}

/** What the user may take: not yet taken, or taken by this user without an end. */
function openFor(
  userId: string,
  taken: AdoptState["assistants.adopted"],
  pending: readonly OldPending[],
): OldPending[] {
  return pending.filter(({ tempId }) => !taken[tempId] || (taken[tempId].userId === userId && !taken[tempId].done));
}

/** The temporary ids that are not this user's to take: taken by now, or begun by another user. */
export async function takenFor(api: AssistantsApi, userId: string): Promise<Set<string>> {
  const taken = await withDevice(api, takenIn);
  return new Set(Object.keys(taken).filter((tempId) => taken[tempId]?.done || taken[tempId]?.userId !== userId));
}

export async function markTaken(api: AssistantsApi, userId: string, tempIds: readonly string[]): Promise<void> {
  await withDevice(api, (state, transaction) =>
    transaction(async () => {
      const more = Object.fromEntries(tempIds.map((tempId) => [tempId, { userId, done: true }]));
      await state.set("assistants.adopted", { ...(await takenIn(state)), ...more });
    }),
  );
}

async function takenIn(state: AppState<AdoptState>): Promise<AdoptState["assistants.adopted"]> {
  return (await state.get("assistants.adopted")) ?? {};
}

export function isCached(row: Row): row is Row & Assistant & { cachedAt: number } {
  return typeof row.id === "string" && typeof row.title === "string" && Number.isFinite(row.cachedAt);
}

async function withDevice<T>(
  { parts: { options } }: AssistantsApi,
  work: (state: AppState<AdoptState>, transaction: <R>(inside: () => Promise<R>) => Promise<R>) => Promise<T>,
): Promise<T> {
  const device = new DeviceDatabase(options.name, options.storage);
  try {
    const state = new AppState<AdoptState>(device.appState);
    return await work(state, (inside) => device.transaction("rw", device.appState, async () => inside()));
  } finally {
    device.close();
  }
}
