// Push: applies a device's mutations in order, each exactly once. A rejected mutation does not stop the later ones.

import type { Json, JsonObject } from "../json";
import { ApiError, CONFLICT } from "./api-error";
import { applyMutation, isValid, type Mutation } from "./mutation";
import { changeOf } from "./pull";
import { canonical, emptyRecords, type IdempotencyRecords, type StoredOutcome, type Write } from "./user-data";

export interface PushResult {
  id: number;
  status: "applied" | "duplicate" | "conflict" | "rejected";
  key: string;
  revision: number | null;
  server: Json;
  error: JsonObject | null;
}

/**
 * Applies new mutations and returns a result for each. `keeps` is false for a server with the fault that it stores no
 * outcomes.
 */
export function push(write: Write, clientId: string, mutations: readonly Mutation[], keeps: boolean): PushResult[] {
  const idempotency = write.userData.idempotency.get(clientId) ?? emptyRecords();
  if (idempotency.closed) throw new ApiError("mutation_gap");
  if (keeps) requireNoGap(mutations, idempotency.highest);
  const results: PushResult[] = [];
  const { highest } = idempotency;
  const fresh = keeps ? mutations.filter(({ id }) => id > highest) : mutations;
  let applied = 0;
  let attempts: Attempt[] = [];
  for (const mutation of mutations) {
    if (keeps && mutation.id <= highest) {
      results.push(repeat(write, idempotency, mutation));
      continue;
    }
    if (attempts.length === 0) attempts = applyRun(write, fresh.slice(applied));
    applied += 1;
    results.push(keep(write, idempotency, mutation, attempts.shift()));
  }
  // A conflict shows the row as it is after the push.
  for (const [index, one] of results.entries()) {
    const collection = mutations[index]?.collection ?? "";
    if (one.status === "conflict") one.server = changeOf(write.userData, collection, one.key);
  }
  if (mutations.length > 0) write.userData.idempotency.set(clientId, idempotency);
  return results;
}

type Attempt = ReturnType<typeof attempt>;

function keep(write: Write, idempotency: IdempotencyRecords, mutation: Mutation, attempted?: Attempt): PushResult {
  const { outcome, result } = attempted ?? attempt(write, mutation);
  idempotency.byNumber.set(mutation.id, { request: canonical(mutation), outcome, at: write.now });
  idempotency.highest = Math.max(idempotency.highest, mutation.id);
  return result;
}

/** Applies the first run, whose unique names are judged by the state at its end: mutations of one collection up to an invalid one, which is a run of its own. */
function applyRun(write: Write, mutations: readonly Mutation[]): Attempt[] {
  const end = mutations.findIndex((one) => one.collection !== mutations[0]?.collection || !isValid(one));
  const run = end < 0 ? mutations : mutations.slice(0, Math.max(end, 1));
  const outcomes: Attempt[] = [];
  const keepNames = new Set<string>();
  let savepoint: { from: number; data: Write["userData"]; changed: boolean; released: string[] } | null = null;
  for (;;) {
    while (outcomes.length < run.length) {
      const mutation = run[outcomes.length] as Mutation;
      const attempted = attempt(write, mutation);
      const { code, server } = (attempted.result.error ?? {}) as { code?: string; server?: { id?: string } };
      const holder = code === "duplicate_name" ? server?.id : undefined;
      const later = run.slice(outcomes.length + 1);
      if (holder === undefined || keepNames.has(holder) || !later.some(({ key }) => key === holder)) {
        outcomes.push(attempted);
        continue;
      }
      savepoint ??= {
        from: outcomes.length,
        data: structuredClone(write.userData),
        changed: write.changed,
        released: [],
      };
      savepoint.released.push(holder);
      write.released = new Set([...(write.released ?? []), holder]);
    }
    if (!savepoint) return outcomes;
    const { from, data, changed, released } = savepoint;
    savepoint = null;
    const unchanged = released.filter((id) => write.released?.has(id) && !isDeleted(write, run, id));
    delete write.released;
    if (unchanged.length === 0) return outcomes;
    Object.assign(write.userData, data);
    write.changed = changed;
    outcomes.length = from;
    for (const id of unchanged) keepNames.add(id);
  }
}

function isDeleted({ userData }: Write, run: readonly Mutation[], id: string): boolean {
  return userData.records.get(run[0]?.collection ?? "")?.get(id)?.deletedAt !== undefined;
}

function attempt(write: Write, mutation: Mutation): { outcome: StoredOutcome; result: PushResult } {
  const { id, key } = mutation;
  try {
    const applied = applyMutation(write, mutation);
    if (applied === CONFLICT) {
      const server = changeOf(write.userData, mutation.collection, key);
      return { outcome: { status: "conflict", key }, result: result(id, "conflict", key, { server }) };
    }
    return {
      outcome: { status: "applied", ...applied },
      result: result(id, "applied", applied.key, { revision: applied.revision }),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message: detail, errors, server } = error;
    const answer = { code, detail, errors: errors as unknown as Json, ...(server && { server }) };
    return {
      outcome: { status: "rejected", code, detail, errors },
      result: result(id, "rejected", key, { error: answer }),
    };
  }
}

/** The first result again. A conflict returns the present row. */
function repeat(write: Write, idempotency: IdempotencyRecords, mutation: Mutation): PushResult {
  const record = idempotency.byNumber.get(mutation.id);
  if (!record) throw new ApiError("mutation_gap");
  if (record.request !== canonical(mutation)) {
    throw new ApiError("id_conflict", [{ pointer: "/mutationId", code: "id_conflict", detail: "in use" }]);
  }
  const { outcome } = record;
  const { id, key } = mutation;
  switch (outcome.status) {
    case "applied":
      return result(id, "duplicate", outcome.key, { revision: outcome.revision });
    case "conflict":
      return result(id, "conflict", key, { server: changeOf(write.userData, mutation.collection, key) });
    case "rejected": {
      const { code, detail, errors } = outcome;
      return result(id, "rejected", key, { error: { code, detail, errors: errors as unknown as Json } });
    }
  }
}

/** The stored outcomes of a client's numbers. `close`: the client name takes no more. */
export function outcomes(write: Write, clientId: string, from: number, close: boolean): JsonObject {
  const idempotency = write.userData.idempotency.get(clientId) ?? emptyRecords();
  if (close) write.userData.idempotency.set(clientId, { ...idempotency, closed: true });
  const results: PushResult[] = [];
  for (let id = from; id <= Math.min(idempotency.highest, from + MAX_OUTCOMES - 1); id += 1) {
    const outcome = idempotency.byNumber.get(id)?.outcome;
    if (outcome?.status === "applied")
      results.push(result(id, "duplicate", outcome.key, { revision: outcome.revision }));
    else if (outcome?.status === "conflict") results.push(result(id, "conflict", outcome.key, {}));
    else {
      const { code, detail, errors } = outcome ?? { code: "mutation_gap", detail: "", errors: [] };
      results.push(result(id, "rejected", "", { error: { code, detail, errors: errors as unknown as Json } }));
    }
  }
  return { results: results as unknown as Json, answered: idempotency.highest };
}

const MAX_OUTCOMES = 500;

function requireNoGap(mutations: readonly Mutation[], answered: number): void {
  let expected = Math.min(mutations[0]?.id ?? 0, answered + 1);
  for (const [index, { id }] of mutations.entries()) {
    if (id !== expected) {
      const pointer = `/mutations/${index}/id`;
      throw new ApiError("mutation_gap", [{ pointer, code: "mutation_gap", detail: `expected ${expected}` }]);
    }
    expected += 1;
  }
}

function result(
  id: number,
  status: PushResult["status"],
  key: string,
  more: Partial<Pick<PushResult, "revision" | "server" | "error">>,
): PushResult {
  return { id, status, key, revision: null, server: null, error: null, ...more };
}
