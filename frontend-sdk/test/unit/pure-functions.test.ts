// Pure functions: validation, fingerprints, backoff delays, the status and observables.

import { expect, describe as group, test, vi } from "vitest";
import { checkNewMessage, checkNewSession } from "../../src/kinds/chat/validate";
import { backoffMs } from "../../src/outbox/backoff";
import { cleanText } from "../../src/store/validate";
import { describe, type QueueFacts } from "../../src/sync/status";
import type { AuthState } from "../../src/types";
import { fingerprint } from "../../src/util/hash";
import { newId } from "../../src/util/ids";
import { Cell, lazyObservable } from "../../src/util/observable";
import { FakeClock } from "../support/fake-clock";

group("check", () => {
  test("accepts well-formed text unchanged", () => {
    const text = "עברית \u{1F469}\u200D\u{1F680} const x = `a`;\n\ttab";
    expect(cleanText(text)).toBe(text);
  });

  test("counts limits in characters, not in UTF-16 units", () => {
    expect(checkNewSession({ title: "\u{1F600}".repeat(200) }).title).toHaveLength(400);
    expect(() => checkNewSession({ title: "\u{1F600}".repeat(201) })).toThrow("200");
  });

  test("rejects metadata that JSON cannot hold, with its pointer", () => {
    const message = (metadata: unknown) => ({
      role: "user" as const,
      content: "x",
      metadata: metadata as Record<string, unknown>,
    });
    for (const bad of [
      { a: Number.NaN },
      { a: Number.NEGATIVE_INFINITY },
      { a: 1n },
      { a: new Date() },
      { a: () => 1 },
    ]) {
      expect(() => checkNewMessage(message(bad))).toThrow(expect.objectContaining({ pointer: "/metadata/a" }));
    }
    expect(() => checkNewMessage(message([1]))).toThrow("object");
    expect(() => checkNewMessage(message({ "a/b~": Number.NaN }))).toThrow(
      expect.objectContaining({ pointer: "/metadata/a~1b~0" }),
    );
    expect(() => checkNewMessage(message({ big: "x".repeat(300_000) }))).toThrow("256");
  });

  test("rejects metadata that is nested too deeply", () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 70; level += 1) deep = { deep };
    expect(() => checkNewMessage({ role: "user", content: "x", metadata: deep })).toThrow("nested");
  });

  test("copies metadata, so that later changes of the caller's object have no effect", () => {
    const metadata = { list: [1, 2.5, null, true, "x"], gone: undefined };
    const checked = checkNewMessage({ role: "user", content: "x", metadata });
    metadata.list.push(3);
    expect(checked.metadata).toEqual({ list: [1, 2.5, null, true, "x"] });
  });
});

group("fingerprint", () => {
  test("is equal for equal values in any order of members, and differs otherwise", () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: 2 } })).toBe(fingerprint({ b: { d: 2, c: [1, 2] }, a: 1 }));
    const others = [{ a: 1 }, { a: "1" }, { a: 2 }, { b: 1 }, [1], null, "a"].map(fingerprint);
    expect(new Set(others).size).toBe(others.length);
  });
});

group("backoff", () => {
  test("is 1, 2, 4, 8, 16 and 32 s at most", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 40].map((failures) => backoffMs(failures, new FakeClock()))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000, 32_000,
    ]);
  });

  test("varies by at most a fifth", () => {
    const clock = new FakeClock();
    const low = { now: () => 0, after: clock.after.bind(clock), random: () => 0 };
    expect(backoffMs(3, low)).toBe(3_200);
    expect(backoffMs(3, { ...low, random: () => 0.999_999 })).toBe(4_800);
  });
});

group("status", () => {
  const facts: QueueFacts = {
    pending: 0,
    sending: 0,
    failed: 0,
    conflicts: 0,
    nextRetryAt: null,
    pausedByApp: false,
    held: 0,
    unknown: [],
    pause: null,
    lastSyncedAt: null,
    receiving: null,
  };
  const auth: AuthState = { status: "signed-in", user: null, remembered: false, expired: false };
  const online = { online: true, simulatedOffline: false };
  const offline = { online: false, simulatedOffline: false };
  const stateOf = (change: Partial<QueueFacts>, line = online, who = auth) =>
    describe({ ...facts, ...change }, line, who).state;

  test("reports the most important state", () => {
    expect(stateOf({})).toBe("synced");
    expect(stateOf({ pending: 1 })).toBe("saved");
    expect(stateOf({ pending: 1, sending: 1 })).toBe("sending");
    expect(stateOf({ failed: 1 })).toBe("failed");
    expect(stateOf({ failed: 1, pending: 1 })).toBe("saved");
    expect(stateOf({ conflicts: 1 })).toBe("conflicts");
    expect(stateOf({ conflicts: 1, failed: 1 })).toBe("failed");
    expect(stateOf({ receiving: 0 })).toBe("receiving");
    expect(stateOf({ receiving: 200, failed: 1 })).toBe("receiving");
    expect(stateOf({ receiving: 200, pending: 1 })).toBe("saved");
    expect(stateOf({ receiving: 200 }, offline)).toBe("offline");
    expect(stateOf({ sending: 1 }, offline)).toBe("offline");
    expect(stateOf({ pausedByApp: true }, offline)).toBe("paused");
    expect(stateOf({ pause: { code: "busy", reason: "later", until: "2026-11-21T08:00:00.000Z" } })).toBe("paused");
    expect(stateOf({}, online, { ...auth, expired: true })).toBe("paused");
    expect(stateOf({}, online, { ...auth, status: "signed-out" })).toBe("paused");
  });

  test("counts entries under way as pending", () => {
    expect(describe({ ...facts, pending: 2, sending: 3 }, online, auth).pending).toBe(5);
  });
});

group("observable", () => {
  test("a cell calls back at once and on changes, and never after an unsubscribe", () => {
    const cell = new Cell(1);
    const seen: number[] = [];
    const stop = cell.subscribe((value) => seen.push(value));
    cell.set(1);
    cell.set(2);
    stop();
    cell.set(3);
    expect(seen).toEqual([1, 2]);
    expect(cell.get()).toBe(3);
  });

  test("a lazy observable is connected from the first subscriber to the last, and keeps its value", () => {
    let connections = 0;
    const observable = lazyObservable(0, (set) => {
      connections += 1;
      set(connections);
      return () => {
        connections -= 1;
      };
    });
    expect(connections).toBe(0);
    const seen: number[] = [];
    const [first, second] = [observable.subscribe((value) => seen.push(value)), observable.subscribe(() => {})];
    expect(seen).toEqual([1]);
    expect(connections).toBe(1);
    first();
    first();
    expect(connections).toBe(1);
    second();
    expect(connections).toBe(0);
    expect(observable.get()).toBe(1);
  });
});

group("newId", () => {
  const UUID_7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

  test("makes UUIDs of version 7 with the time, each behind the one before", () => {
    const before = Date.now();
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.filter((id) => !UUID_7.test(id))).toEqual([]);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids.map((id) => id.slice(19))).size).toBe(ids.length);
    expect(Number.parseInt(ids[0]?.replace("-", "").slice(0, 12) ?? "", 16)).toBeGreaterThanOrEqual(before);
  });

  test("keeps the order where the clock is set back", () => {
    const first = newId();
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 86_400_000);
    const later = Array.from({ length: 10_000 }, newId);
    clock.mockRestore();
    expect([first, ...later].toSorted()).toEqual([first, ...later]);
  });
});
