// Push: a device's mutations in its order, each exactly once. One that is refused holds no other back.

import type { Json, JsonObject } from "../json";
import { applyMutation, type Mutation } from "./mutation";
import { CONFLICT } from "./projects";
import { changeOf } from "./pull";
import { Refusal } from "./refusal";
import { canonical, type Receipts, type Settled, type Write } from "./space";

export interface PushResult {
  id: number;
  status: "applied" | "duplicate" | "conflict" | "rejected";
  key: string;
  revision: number | null;
  server: Json;
  error: JsonObject | null;
}

/** Applies what is new and answers for everything. `keeps` tells whether outcomes are kept: a server that forgets them is broken. */
export function push(write: Write, clientId: string, mutations: readonly Mutation[], keeps: boolean): PushResult[] {
  const receipts = write.space.receipts.get(clientId) ?? { highest: 0, byNumber: new Map() };
  if (keeps) requireNoGap(mutations, receipts.highest);
  const results = mutations.map((mutation) =>
    keeps && mutation.id <= receipts.highest ? repeat(write, receipts, mutation) : applyNew(write, receipts, mutation),
  );
  if (mutations.length > 0) write.space.receipts.set(clientId, receipts);
  return results;
}

function applyNew(write: Write, receipts: Receipts, mutation: Mutation): PushResult {
  const { settled, result } = attempt(write, mutation);
  receipts.byNumber.set(mutation.id, { request: canonical(mutation), settled, at: write.now });
  receipts.highest = Math.max(receipts.highest, mutation.id);
  return result;
}

function attempt(write: Write, mutation: Mutation): { settled: Settled; result: PushResult } {
  const { id, key } = mutation;
  try {
    const applied = applyMutation(write, mutation);
    if (applied === CONFLICT) {
      const server = changeOf(write.space, mutation.collection, key);
      return { settled: { status: "conflict", key }, result: result(id, "conflict", key, { server }) };
    }
    return {
      settled: { status: "applied", ...applied },
      result: result(id, "applied", applied.key, { revision: applied.revision }),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message: detail, errors, server } = error;
    const answer = { code, detail, errors: errors as unknown as Json, ...(server && { server }) };
    return {
      settled: { status: "rejected", code, detail, errors },
      result: result(id, "rejected", key, { error: answer }),
    };
  }
}

/** The answer of the first time; a row that it shows is shown as it stands now. */
function repeat(write: Write, receipts: Receipts, mutation: Mutation): PushResult {
  const receipt = receipts.byNumber.get(mutation.id);
  if (!receipt) throw new Refusal("mutation_gap");
  if (receipt.request !== canonical(mutation)) {
    throw new Refusal("id_conflict", [{ pointer: "/mutationId", code: "id_conflict", detail: "in use" }]);
  }
  const { settled } = receipt;
  const { id, key } = mutation;
  switch (settled.status) {
    case "applied":
      return result(id, "duplicate", settled.key, { revision: settled.revision });
    case "conflict":
      return result(id, "conflict", key, { server: changeOf(write.space, mutation.collection, key) });
    case "rejected": {
      const { code, detail, errors } = settled;
      return result(id, "rejected", key, { error: { code, detail, errors: errors as unknown as Json } });
    }
  }
}

function requireNoGap(mutations: readonly Mutation[], answered: number): void {
  let expected = Math.min(mutations[0]?.id ?? 0, answered + 1);
  for (const [index, { id }] of mutations.entries()) {
    if (id !== expected) {
      const pointer = `/mutations/${index}/id`;
      throw new Refusal("mutation_gap", [{ pointer, code: "mutation_gap", detail: `expected ${expected}` }]);
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
