// The SDK's assistants against a real server: its answers, its limits, conflicts, and creates with a temporary id that it knows.

import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createLandfall } from "../../src/client";
import { createAssistantMarket } from "../../src/compat/assistants";
import type { InvalidInputError } from "../../src/errors";
import type { Assistant, Landfall, LandfallOptions, NewAssistant, Observable } from "../../src/types";
import type { JsonObject } from "./json";
import { RealServer } from "./real-server";

const TIDES: NewAssistant = { title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." };

let server: RealServer;
let users = 0;

beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(() => server.stop());

const newEmail = () => `assistants-${process.pid}-${++users}@example.org`;

/** A device of a user, in token mode. */
async function device(email: string): Promise<Landfall> {
  let token: string | null = null;
  const options: LandfallOptions = {
    ...{ baseUrl: server.url, name: `device-${++users}`, storage: { indexedDB: new IDBFactory(), IDBKeyRange } },
    sessionToken: {
      get: () => token,
      set: (next) => {
        token = next;
      },
    },
  };
  const landfall = createLandfall(options);
  onTestFinished(() => landfall.close());
  await landfall.auth.devSignIn({ email });
  await landfall.sync.awaitInSync();
  return landfall;
}

/** Pushes and pulls, until `probe` is true. */
async function syncUntil(landfall: Landfall, probe: () => Promise<boolean>): Promise<void> {
  await landfall.sync.now();
  await landfall.sync.awaitInSync();
  await expect.poll(probe, { timeout: 20_000 }).toBe(true);
}

function firstOf<T>(observable: Observable<T | undefined>): Promise<T> {
  return new Promise((resolve) => {
    const stop = observable.subscribe((value) => {
      if (value !== undefined) queueMicrotask(() => stop());
      if (value !== undefined) resolve(value);
    });
  });
}

test("an assistant is created, changed, deleted and restored on two devices", async () => {
  const email = newEmail();
  const [one, two] = [await device(email), await device(email)];
  const { assistantApiClient, close } = createAssistantMarket(one, { autoStart: false });
  onTestFinished(close);
  const { id, tempId } = await assistantApiClient.create({ ...TIDES, tags: ["sea"] });
  const at = async (landfall: Landfall) => (await landfall.assistants.get(id))?.version;
  await syncUntil(one, async () => Boolean((await one.assistants.get(id))?.author));
  expect(await one.assistants.get(id)).toMatchObject({ ...TIDES, tempId, version: 1, tags: ["sea"], status: "draft" });
  await syncUntil(two, async () => (await at(two)) === 1);
  await two.assistants.update(id, { status: "pending", emoji: "🌊" });
  await syncUntil(two, async () => (await at(two)) === 2);
  await syncUntil(one, async () => (await at(one)) === 2);
  await one.assistants.delete(id);
  await syncUntil(one, async () => (await at(one)) === undefined);
  await syncUntil(two, async () => (await at(two)) === undefined);
  await two.assistants.restore(id);
  await syncUntil(two, async () => (await at(two)) === 4);
  await syncUntil(one, async () => (await at(one)) === 4);
  expect(await one.assistants.get(id)).toMatchObject({ ...TIDES, status: "pending", emoji: "🌊" });
  expect(await assistantApiClient.list({ scope: "public" })).toMatchObject({ pagination: { page: 1 } });
  await expect(assistantApiClient.getById("V1StGXR8_Z5jdHi6B-myT")).rejects.toMatchObject({ code: "not_found" });
});

test("a conflict is told, and the row becomes the server's", async () => {
  const email = newEmail();
  const [one, two] = [await device(email), await device(email)];
  const { id } = await one.assistants.create(TIDES);
  await syncUntil(one, async () => (await one.assistants.get(id))?.version === 1);
  await syncUntil(two, async () => (await two.assistants.get(id))?.version === 1);
  await one.sync.pause();
  await one.assistants.update(id, { title: "Mine" });
  await two.assistants.update(id, { title: "Theirs" });
  await syncUntil(two, async () => (await two.assistants.get(id))?.version === 2);
  await one.sync.resume();
  await syncUntil(one, async () => (await one.assistants.get(id))?.title === "Theirs");
  expect((await one.assistants.get(id))?.version).toBe(2);
  const told = await firstOf(one.assistants.conflicts());
  expect(told).toMatchObject([{ id, mine: { title: "Mine" }, theirs: { title: "Theirs", version: 2 } }]);
});

test("a temporary id that the server knows gives the stored row, whatever its id is", async () => {
  const email = newEmail();
  const { token } = await server.signIn(email);
  const tempId = "pending-1700000000000-k3v9";
  const one = await device(email);
  await one.sync.pause();
  const market = createAssistantMarket(one, { autoStart: false });
  onTestFinished(() => market.close());
  await market.savePendingAssistant(tempId, TIDES);
  const stored = await server.ask(token, "POST", "/api/assistants", { ...TIDES, tempId } as JsonObject);
  const { id } = stored.body as unknown as Assistant;
  await server.ask(token, "PUT", `/api/assistants/${id}`, { version: 1, title: "Stored" });
  await one.sync.resume();
  await syncUntil(one, async () => (await one.assistants.get(id))?.title === "Stored");
  expect((await one.assistants.list()).map((row) => row.id)).toEqual([id]);
});

test("the SDK refuses what the server refuses, with the same pointers", async () => {
  const email = newEmail();
  const { token } = await server.signIn(email);
  const landfall = await device(email);
  const long = (chars: number) => "x".repeat(chars);
  const wrong: object[] = [
    { desc: "d" },
    { ...TIDES, title: "", desc: long(201), prompt: long(2001) },
    { ...TIDES, title: "😀".repeat(101), emoji: "👩‍👩‍👧‍👦" },
    { ...TIDES, tags: Array(11).fill("a") },
    { ...TIDES, category: ["", long(51)] },
    { ...TIDES, status: "published" },
  ];
  for (const input of wrong) {
    const here = (await landfall.assistants
      .create(input as NewAssistant)
      .catch((error: unknown) => error)) as InvalidInputError;
    const there = await server.ask(token, "POST", "/api/assistants", input as JsonObject);
    expect(there.status).toBe(422);
    const { errors } = there.body as unknown as { errors: { pointer: string }[] };
    const pointers = (all: readonly { pointer: string }[]) => all.map(({ pointer }) => pointer).sort();
    expect(pointers(here.errors)).toEqual(pointers(errors));
  }
  const most = { title: "😀".repeat(100), desc: long(200), prompt: long(2000), emoji: "👩‍🚀👨‍🚀" };
  const labels = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50, "x"));
  const { id } = await landfall.assistants.create({ ...most, tags: labels, category: labels });
  await syncUntil(landfall, async () => (await landfall.assistants.get(id))?.version === 1);
});
