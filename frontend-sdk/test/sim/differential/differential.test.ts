// The model server and the real server get the same random requests. Their answers must be equal apart from ids and
// times. This shows that the simulations' model is right.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../json";
import { type Answer, ModelServer } from "../model/server";
import { RealServer } from "../real-server";
import { Rng } from "../rng";
import { Normalizer, type ServerAnswer } from "./normalize";
import { RandomRequests, type TestRequest } from "./random-requests";

const SEEDS = Number(process.env.SIM_DIFFERENTIAL_SEEDS ?? 20);
const STEPS = 70;

interface Side {
  ask(request: TestRequest): Promise<ServerAnswer>;
  normalizer: Normalizer;
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
    it(`gives_the_real_servers_answers_to_random_requests, seed ${seed}`, () => compare(seed));
  }
});

async function compare(seed: number): Promise<void> {
  const requests = new RandomRequests(new Rng(seed));
  const sides = [modelSide(seed), await realSide(seed)];
  const past: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const request = requests.next();
    past.push(JSON.stringify(request));
    const [model, actual] = await Promise.all(sides.map((side) => side.ask(request)));
    expect(model, `seed ${seed}, step ${step}; the last requests:\n${past.slice(-6).join("\n")}`).toEqual(actual);
    learn(requests, request, sides[0]?.cursors.length ?? 0, model?.body ?? null);
  }
}

function learn(requests: RandomRequests, request: TestRequest, cursors: number, body: Json): void {
  requests.cursors = cursors;
  const { results, changes } = (body ?? {}) as { results?: JsonObject[]; changes?: JsonObject[] };
  const mutations = (request.body?.mutations ?? []) as JsonObject[];
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

/** Fills in the cursors that this server gave, and normalizes its answers. */
function side(send: (request: TestRequest) => Promise<ServerAnswer>): Side {
  const cursors: string[] = [];
  const normalizer = new Normalizer();
  return {
    cursors,
    normalizer,
    async ask(request) {
      const cursor = request.cursor === undefined ? undefined : cursors[request.cursor];
      const { status, body } = await send(withCursor(request, cursor));
      const answer = body as { cursor?: string; results?: { key: string }[] } | null;
      if (status === 200 && answer?.cursor && !request.path.includes("/init")) cursors.push(answer.cursor);
      const mutations = (request.body?.mutations ?? []) as { key: string; collection: string }[];
      for (const [index, result] of (answer?.results ?? []).entries()) {
        const { key, collection } = mutations[index] ?? {};
        if (collection === "chatMessages" && key && result.key !== key) normalizer.name(result.key, key);
      }
      return normalizer.of({ status, body }) as unknown as ServerAnswer;
    },
  };
}

function withCursor(request: TestRequest, cursor: string | undefined): TestRequest {
  if (cursor === undefined) return request;
  if (request.body) return { ...request, body: { ...request.body, cursor } };
  return { ...request, path: `${request.path}&cursor=${encodeURIComponent(cursor)}` };
}
