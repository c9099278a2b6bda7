// Code in chunks: a part that can't be loaded loses nothing, and the app tells why nothing is sent.

import { afterEach, expect, test, vi } from "vitest";
import * as leader from "../../src/sync/leader";
import { leaderCode } from "../../src/sync/leader-on-demand";
import { OnDemand } from "../../src/util/on-demand";
import { TestEnvironment } from "../support/environment";
import { until } from "../support/fake-clock";

afterEach(() => void vi.restoreAllMocks());

/** As in a browser whose cache lacks the chunk. */
const notFound = new TypeError("Failed to fetch dynamically imported module");

test("without the code that sends, rows are written and read, and the status tells what to do until it is loaded", async () => {
  const load = vi.spyOn(leaderCode, "load").mockRejectedValue(notFound);
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const id = await tab.createSession("Plans");
  await tab.send(id, "Hello");
  expect((await tab.messages(id)).map(({ content }) => content)).toEqual(["Hello"]);
  const { status } = tab.landfall.sync;
  await until(() => status.get().state === "paused", "a paused status");
  expect(status.get().reason).toContain("Reload");
  await expect(tab.landfall.sync.awaitInSync()).rejects.toMatchObject({ code: "offline" });
  expect(env.server.requests(/\/api\/sync/)).toEqual([]);

  load.mockRestore();
  await env.clock.advanceUntil(() => status.get().state === "synced", "a synced status");
  expect(await tab.browser.database().syncQueue.count()).toBe(0);
});

test("a wait for the code ends with the caller's signal", async () => {
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  const load = vi.spyOn(leaderCode, "load").mockReturnValue(new Promise(() => {}));
  const giveUp = new AbortController();
  const waiting = tab.landfall.sync.awaitInSync({ signal: giveUp.signal });
  await until(() => load.mock.calls.length > 0, "a wait for the code");
  giveUp.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
});

test("a client can be closed while the code is loading, and leads no more when it is there", async () => {
  let resolve = (_code: typeof leader) => {};
  const loading = new Promise<typeof leader>((done) => {
    resolve = done;
  });
  const load = vi.spyOn(leaderCode, "load").mockReturnValue(loading);
  const env = new TestEnvironment();
  const tab = await env.signedInTab();
  await until(() => load.mock.calls.length > 1, "a tab that would lead");
  await tab.landfall.close();
  resolve(leader);
  await tab.idle();
  const { appState } = tab.browser.database();
  expect(await appState.bulkGet(["sync.term", "sync.pause"])).toEqual([undefined, undefined]);
});

test("calls share one request for the code, and a call after a failed one tries again", async () => {
  const answers = [Promise.reject(notFound), Promise.resolve({ part: 1 })];
  const fetch = vi.fn(() => answers.shift() ?? Promise.reject(new Error("loaded twice")));
  const code = new OnDemand(fetch);
  const first = await Promise.allSettled([code.load(), code.load()]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(await Promise.all([code.load(), code.load()])).toEqual([{ part: 1 }, { part: 1 }]);
  expect(await code.load()).toBe(code.loaded);
  expect(fetch).toHaveBeenCalledTimes(2);
});
