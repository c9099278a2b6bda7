// What failed, in one list over all sessions: what it is, why, and the handle to do something about it.

import { expect, test } from "vitest";
import type { FailedEntry } from "../../src/types";
import { until } from "../support/fake-clock";
import { EMAIL, firstValue, type Tab, World } from "../support/world";

const failed = (tab: Tab): Promise<FailedEntry[]> => firstValue(tab.landfall.sync.failed());

/** Two sessions; messages to the first one fail, since it was deleted elsewhere. */
async function deletedElsewhere(...contents: string[]) {
  const world = new World();
  const tab = await world.signedInTab();
  const [doomed, other] = [await tab.syncedSession("Doomed"), await tab.syncedSession("Other")];
  world.server.deleteAsOtherDevice(EMAIL, doomed);
  const keys = await tab.send(doomed, ...contents);
  await tab.send(other, "fine", "refuse me");
  await world.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  return { world, tab, doomed, other, keys };
}

test("the failed entries of all sessions are listed with their text, reason and code, in the order of writing", async () => {
  const { tab, keys } = await deletedElsewhere("one", "two");
  const entries = await failed(tab);
  expect(entries.map(({ title, code }) => [title, code])).toEqual([
    ["one", "session_deleted"],
    ["two", "session_deleted"],
    ["refuse me", "not_allowed"],
  ]);
  expect(entries[0]).toEqual({
    entryId: expect.any(String),
    collection: "chatMessages",
    key: keys[0],
    title: "one",
    reason: "detail of session_deleted",
    code: "session_deleted",
  });
});

test("the list follows what is discarded, and is empty when nothing failed", async () => {
  const { tab } = await deletedElsewhere("one");
  const observable = tab.landfall.sync.failed();
  const seen: number[] = [];
  observable.subscribe((entries) => seen.push(entries?.length ?? -1));
  await until(() => observable.get()?.length === 2, "both");
  for (const { entryId } of observable.get() ?? []) await tab.landfall.sync.discard(entryId);
  await until(() => observable.get()?.length === 0, "none");
  expect(seen.at(0)).toBe(2);
});

test("a long message is listed by its beginning, without half a character", async () => {
  const { tab } = await deletedElsewhere(`a${"\u{1F980}".repeat(500)}`);
  expect((await failed(tab))[0]?.title).toBe(`a${"\u{1F980}".repeat(119)}`);
});

test("a session's failed writes are listed by its title, also when it is gone from this device", async () => {
  const world = new World();
  const tab = await world.signedInTab();
  const [renamed, deleted] = [await tab.syncedSession("Old"), await tab.syncedSession("Thrown away")];
  world.server.fail(/POST \/api\/sync$/, { kind: "status", status: 422, code: "validation_failed" }, 3);
  await tab.landfall.chat.renameSession(renamed, "New");
  await tab.landfall.chat.deleteSession(deleted);
  await tab.landfall.sync.awaitInSync();
  expect((await failed(tab)).map(({ collection, key, title }) => [collection, key, title])).toEqual([
    ["chatSessions", renamed, "New"],
    ["chatSessions", deleted, "Thrown away"],
  ]);
});

test("a session counts its failed messages, and no others", async () => {
  const { world, tab, doomed, other } = await deletedElsewhere("one", "two");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(other, "waits");
  const counts = async () =>
    new Map((await firstValue(tab.landfall.chat.sessions())).map((row) => [row.id, row.failedMessages]));
  expect(await counts()).toEqual(
    new Map([
      [doomed, 2],
      [other, 1],
    ]),
  );
  for (const { entryId } of await failed(tab)) await tab.landfall.sync.discard(entryId);
  // The chat that was deleted elsewhere stayed for its unsent messages only.
  expect(await counts()).toEqual(new Map([[other, 0]]));
  expect(world.server.liveSessionsOf(EMAIL).map(({ id }) => id)).toEqual([other]);
});

test("nobody sees another person's failed entries", async () => {
  const { tab } = await deletedElsewhere("private");
  const observable = tab.landfall.sync.failed();
  observable.subscribe(() => {});
  await until(() => observable.get()?.length === 2, "both");
  await tab.landfall.auth.signOut();
  expect(observable.get()).toBeUndefined();
  await tab.signIn("bob@example.org");
  expect(await failed(tab)).toEqual([]);
});
