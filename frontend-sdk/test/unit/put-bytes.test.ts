// A PUT to the storage is given up when nothing moves, and not while the storage works on what it has.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { browserPut, type PutOutcome } from "../../src/kinds/assets/put-bytes";
import { FakeClock, flushTasks } from "../support/fake-clock";

/** An XMLHttpRequest whose events the test fires. Node has none. */
class FakeXhr {
  static last: FakeXhr;
  readonly upload: { onprogress?: (event: { loaded: number }) => void; onload?: () => void } = {};
  onload = () => {};
  onabort = () => {};
  onerror = () => {};
  status = 200;
  constructor() {
    FakeXhr.last = this;
  }
  open(): void {}
  setRequestHeader(): void {}
  send(): void {}
  abort(): void {
    this.onabort();
  }
}

beforeEach(() => void vi.stubGlobal("XMLHttpRequest", FakeXhr));
afterEach(() => void vi.unstubAllGlobals());

function put(clock: FakeClock): { outcome: () => PutOutcome | undefined; request: FakeXhr } {
  let outcome: PutOutcome | undefined;
  const { signal } = new AbortController();
  const request = { url: "", headers: {}, body: new Blob(["tide"]), signal, onProgress: () => {} };
  void browserPut(clock)(request).then((end) => {
    outcome = end;
  });
  return { outcome: () => outcome, request: FakeXhr.last };
}

test("a storage that answers 40 seconds after the last byte is waited for", async () => {
  const clock = new FakeClock();
  const { outcome, request } = put(clock);
  request.upload.onprogress?.({ loaded: 4 });
  request.upload.onload?.();
  await clock.advance(40_000);
  expect(outcome()).toBeUndefined();
  request.onload();
  await flushTasks();
  expect(outcome()).toEqual({ kind: "stored" });
});

test("a request in which no byte moves is given up after 30 seconds", async () => {
  const clock = new FakeClock();
  const { outcome, request } = put(clock);
  await clock.advance(20_000);
  request.upload.onprogress?.({ loaded: 2 });
  await clock.advance(29_000);
  expect(outcome()).toBeUndefined();
  await clock.advance(1_000);
  expect(outcome()).toEqual({ kind: "broken", sent: false });
});

test("a storage that never answers is given up after minutes", async () => {
  const clock = new FakeClock();
  const { outcome, request } = put(clock);
  request.upload.onload?.();
  await clock.advance(300_000);
  expect(outcome()).toEqual({ kind: "broken", sent: true });
});
