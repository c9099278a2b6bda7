// The model server against the real one: the same random requests to both, and equal answers but for ids and times. What the simulations
// find with the model is worth as much as this.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../json";
import { type Answer, ModelServer } from "../model/server";
import { Prng } from "../prng";
import { RealServer } from "../real-server";
import { Comparable, type Seen } from "./compare";
import { type Question, Requests } from "./requests";

const SEEDS = Number(process.env.SIM_DIFFERENTIAL_SEEDS ?? 20);
const STEPS = 70;

interface Side {
  ask(question: Question): Promise<Seen>;
  comparable: Comparable;
  cursors: string[];
}

let real: RealServer;
beforeAll(async () => {
  real = await RealServer.start();
});
afterAll(async () => {
  await real.stop();
});

describe("model server", () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    it(`answers_random_requests_like_the_real_one, seed ${seed}`, () => compare(seed));
  }
});

async function compare(seed: number): Promise<void> {
  const requests = new Requests(new Prng(seed));
  const sides = [modelSide(seed), await realSide(seed)];
  const past: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const question = requests.next();
    past.push(JSON.stringify(question));
    const [model, actual] = await Promise.all(sides.map((side) => side.ask(question)));
    expect(model, `seed ${seed}, step ${step}; the last requests:\n${past.slice(-6).join("\n")}`).toEqual(actual);
    learn(requests, question, sides[0]?.cursors.length ?? 0, model?.body ?? null);
  }
}

function learn(requests: Requests, question: Question, cursors: number, body: Json): void {
  requests.cursors = cursors;
  const { results, changes } = (body ?? {}) as { results?: JsonObject[]; changes?: JsonObject[] };
  const mutations = (question.body?.mutations ?? []) as JsonObject[];
  for (const [index, result] of (results ?? []).entries()) {
    if (typeof result.revision !== "number") continue;
    requests.revisions.set(`${mutations[index]?.collection}/${result.key}`, result.revision);
  }
  for (const { collection, key, revision } of changes ?? []) {
    requests.revisions.set(`${collection}/${key}`, revision as number);
  }
}

function modelSide(seed: number): Side {
  let ids = 0;
  const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
  const server = new ModelServer({ now: () => Date.parse("2026-11-21T08:00:00.000Z"), newId });
  const arrived = { method: "", path: "", query: new URLSearchParams(), expectedUser: null, ifNoneMatch: null };
  const signIn = {
    ...arrived,
    method: "POST",
    path: "/api/auth/dev/sign-in",
    body: { email: `s${seed}@x.org` },
    token: null,
  };
  const token = server.answer(signIn).setToken ?? null;
  return side(async ({ method, path, body = null }) => {
    const url = new URL(path, "http://model");
    const request = { ...arrived, method, path: url.pathname, query: url.searchParams, body, token };
    return JSON.parse(JSON.stringify(server.answer(request))) as Answer;
  });
}

async function realSide(seed: number): Promise<Side> {
  const { token } = await real.signIn(`differential-${seed}@example.org`);
  return side(({ method, path, body }) => real.ask(token, method, path, body));
}

/** Fills in the cursors that this server gave, and makes its answers comparable. */
function side(send: (question: Question) => Promise<Seen>): Side {
  const cursors: string[] = [];
  const comparable = new Comparable();
  return {
    cursors,
    comparable,
    async ask(question) {
      const cursor = question.cursor === undefined ? undefined : cursors[question.cursor];
      const { status, body } = await send(withCursor(question, cursor));
      const answer = body as { cursor?: string; results?: { key: string }[] } | null;
      if (status === 200 && answer?.cursor && !question.path.includes("/init")) cursors.push(answer.cursor);
      const mutations = (question.body?.mutations ?? []) as { key: string; collection: string }[];
      for (const [index, result] of (answer?.results ?? []).entries()) {
        const { key, collection } = mutations[index] ?? {};
        if (collection === "chatMessages" && key && result.key !== key) comparable.name(result.key, key);
      }
      return comparable.of({ status, body }) as unknown as Seen;
    },
  };
}

function withCursor(question: Question, cursor: string | undefined): Question {
  if (cursor === undefined) return question;
  if (question.body) return { ...question, body: { ...question.body, cursor } };
  return { ...question, path: `${question.path}&cursor=${encodeURIComponent(cursor)}` };
}
