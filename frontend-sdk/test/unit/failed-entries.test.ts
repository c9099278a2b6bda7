// The list of failed entries over all sessions: what failed, why, and the id for retry and discard.

import { expect, test } from "vitest";
import type { FailedEntry } from "../../src/types";
import { EMAIL, firstValue, type Tab, TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

const failed = (tab: Tab): Promise<FailedEntry[]> => firstValue(tab.landfall.sync.failed());

/** Two sessions. Messages to the first fail, because another device deleted it. */
async function deletedElsewhere(...contents: string[]) {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const [doomed, other] = [await tab.syncedSession("Doomed"), await tab.syncedSession("Other")];
  env.server.deleteAsOtherDevice(EMAIL, doomed);
  const keys = await tab.send(doomed, ...contents);
  await tab.send(other, "fine", "refuse me");
  await env.clock.advance(2_000);
  await tab.landfall.sync.awaitInSync();
  return { env, tab, doomed, other, keys };
}

test("failed() lists the entries of all sessions with text, reason and code, in the order of writing", async () => {
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

test("failed() follows discards and is empty without failed entries", async () => {
  const { tab } = await deletedElsewhere("one");
  const observable = tab.landfall.sync.failed();
  const seen: number[] = [];
  observable.subscribe((entries) => seen.push(entries?.length ?? -1));
  await until(() => observable.get()?.length === 2, "both");
  for (const { entryId } of observable.get() ?? []) await tab.landfall.sync.discard(entryId);
  await until(() => observable.get()?.length === 0, "none");
  expect(seen.slice(0, 2)).toEqual([-1, 2]);
});

test("a long message is listed by its beginning and never ends in half a character", async () => {
  const { tab } = await deletedElsewhere(`a${"\u{1F980}".repeat(500)}`);
  expect((await failed(tab))[0]?.title).toBe(`a${"\u{1F980}".repeat(119)}`);
});

test("a session's failed writes are listed by its title, also when the session is gone from the device", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const [renamed, deleted] = [await tab.syncedSession("Old"), await tab.syncedSession("Thrown away")];
  env.server.fail(/POST \/api\/sync$/, { kind: "status", status: 422, code: "validation_failed" }, 3);
  await tab.landfall.chat.renameSession(renamed, "New");
  await tab.landfall.chat.deleteSession(deleted);
  await tab.landfall.sync.awaitInSync();
  expect((await failed(tab)).map(({ collection, key, title }) => [collection, key, title])).toEqual([
    ["chatSessions", renamed, "New"],
    ["chatSessions", deleted, "Thrown away"],
  ]);
});

test("a session counts its own failed messages only", async () => {
  const { env, tab, doomed, other } = await deletedElsewhere("one", "two");
  await tab.landfall.connectivity.simulateOffline(true);
  await tab.send(other, "waits");
  const rows = () => firstValue(tab.landfall.chat.sessions());
  const counts = async () => new Map((await rows()).map((row) => [row.id, row.failedMessages]));
  const states = async () => (await rows()).map(({ sync }) => sync.state);
  expect(await states()).toEqual(["failed", "failed"]);
  expect(await counts()).toEqual(
    new Map([
      [doomed, 2],
      [other, 1],
    ]),
  );
  for (const { entryId } of await failed(tab)) await tab.landfall.sync.discard(entryId);
  // The chat that another device deleted remains until its unsent messages are discarded.
  expect(await counts()).toEqual(new Map([[other, 0]]));
  expect(env.server.liveSessionsOf(EMAIL).map(({ id }) => id)).toEqual([other]);
});

test("failed() never lists another user's entries", async () => {
  const { tab } = await deletedElsewhere("private");
  const observable = tab.landfall.sync.failed();
  observable.subscribe(() => {});
  await until(() => observable.get()?.length === 2, "both");
  await tab.landfall.auth.signOut({ evenIfUnsent: true });
  expect(observable.get()).toBeUndefined();
  await tab.signIn("bob@example.org");
  expect(await failed(tab)).toEqual([]);
});
