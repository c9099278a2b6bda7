// The app shows "synced" in the synced state only.
import type { SyncStatus } from "@landfall/client";
import { describe, expect, it } from "vitest";
import { statusOf, statusOfSession } from "./syncText";

const states: SyncStatus["state"][] = [
  "synced",
  "sending",
  "saved",
  "offline",
  "paused",
  "failed",
  "receiving",
  "conflicts",
];
const status = (state: SyncStatus["state"], change: Partial<SyncStatus> = {}): SyncStatus => ({
  state,
  pending: 3,
  failed: 0,
  conflicts: 0,
  online: true,
  ...change,
});

describe("the texts for the whole app", () => {
  it("say synced in the synced state and in no other", () => {
    const saySynced = states.filter((state) => {
      const { pill, heading, spoken } = statusOf(
        status(state, { failed: state === "failed" ? 1 : 0, conflicts: state === "conflicts" ? 1 : 0 }),
      );
      return /synced|everything/i.test(pill + heading + spoken);
    });
    expect(saySynced).toEqual(["synced"]);
  });

  it("say nothing about the queue before it was read", () => {
    expect(statusOf(status("saved", { pending: 0 })).pill).toBe("Opening");
  });

  it("name both waiting and failed entries", () => {
    expect(statusOf(status("offline", { failed: 2 })).pill).toBe("Offline, 3 saved here, 2 not sent");
    expect(statusOf(status("failed", { failed: 2, conflicts: 1 })).pill).toBe("2 not sent, 1 to decide");
  });

  it("count what has arrived", () => {
    expect(statusOf(status("receiving", { receiving: 400 })).pill).toBe("Receiving, 400 so far");
    expect(statusOf(status("receiving", { receiving: 0 })).pill).toBe("Receiving");
  });

  it("have no counts in the spoken text", () => {
    for (const state of states) expect(statusOf(status(state)).spoken).not.toMatch(/\d/);
  });
});

describe("the texts for a session in the list", () => {
  it("describe the session's own writes while none of its messages failed", () => {
    const session = { sync: { state: "saved" as const }, failedMessages: 0, unsentMessages: 0 };
    expect(statusOfSession(session)).toMatchObject({ state: "saved", words: "Saved here" });
  });

  it("never say synced if a message of the session failed", () => {
    for (const state of ["saved", "sending", "synced"] as const) {
      const text = statusOfSession({ sync: { state }, failedMessages: 2, unsentMessages: 0 });
      expect(text).toMatchObject({ state: "failed", words: "2 messages not sent" });
    }
  });

  it("count the messages that wait", () => {
    const text = statusOfSession({ sync: { state: "saved" }, failedMessages: 0, unsentMessages: 2 });
    expect(text).toMatchObject({ state: "saved", words: "2 messages saved here" });
  });

  it("show the session's own failure first", () => {
    const sync = { state: "failed" as const, reason: "no room", entryId: "e" };
    expect(statusOfSession({ sync, failedMessages: 1, unsentMessages: 0 })).toMatchObject({
      words: "Not sent",
      reason: "no room",
    });
  });
});
