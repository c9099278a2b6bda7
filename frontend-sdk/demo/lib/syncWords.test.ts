// The promise that the app never says "synced" when it is not.
import type { SyncStatus } from "@landfall/client";
import { describe, expect, it } from "vitest";
import { standingOf, standingOfSession } from "./syncWords";

const states: SyncStatus["state"][] = ["synced", "sending", "saved", "offline", "paused", "failed"];
const status = (state: SyncStatus["state"], change: Partial<SyncStatus> = {}): SyncStatus => ({
  state,
  pending: 3,
  failed: 0,
  online: true,
  ...change,
});

describe("the words for the whole", () => {
  it("say synced in the one state that means it, and in no other", () => {
    const saySynced = states.filter((state) => {
      const { pill, heading, spoken } = standingOf(status(state, { failed: state === "failed" ? 1 : 0 }));
      return /synced|everything/i.test(pill + heading + spoken);
    });
    expect(saySynced).toEqual(["synced"]);
  });

  it("claim nothing before the queue was read", () => {
    expect(standingOf(status("saved", { pending: 0 })).pill).toBe("Opening");
  });

  it("name what waits and what failed, both", () => {
    expect(standingOf(status("offline", { failed: 2 })).pill).toBe("Offline, 3 saved here, 2 not sent");
  });

  it("speak without counts, so that a screen reader is not told every message", () => {
    for (const state of states) expect(standingOf(status(state)).spoken).not.toMatch(/\d/);
  });
});

describe("the words for a session in the list", () => {
  it("are of its own writes while none of its messages failed", () => {
    const session = { sync: { state: "saved" as const }, failedMessages: 0 };
    expect(standingOfSession(session)).toMatchObject({ state: "saved", words: "Saved here" });
  });

  it("never say synced beside a message that could not be sent", () => {
    for (const state of ["saved", "sending", "synced"] as const) {
      const standing = standingOfSession({ sync: { state }, failedMessages: 2 });
      expect(standing).toMatchObject({ state: "failed", words: "2 messages not sent" });
    }
  });

  it("give the session's own failure first", () => {
    const sync = { state: "failed" as const, reason: "no room" };
    expect(standingOfSession({ sync, failedMessages: 1 })).toMatchObject({ words: "Not sent", reason: "no room" });
  });
});
