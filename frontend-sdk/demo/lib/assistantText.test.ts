import type { Assistant } from "@landfall/client";
import { expect, test } from "vitest";
import { differing, labelsOf, wayOf } from "./assistantText";

const row = { title: "Pilot", desc: "One.", tags: ["sea"], isPublic: true, status: "draft" } as Assistant;
const pending = { retryCount: 3, lastError: "The server has failed." } as Parameters<typeof wayOf>[1];

test("labels are separated by commas, without empty ones and repeats", () => {
  expect(labelsOf(" sea, tides,,sea ,")).toEqual(["sea", "tides"]);
  expect(labelsOf(" ")).toEqual([]);
});

test("the sides of a conflict show the members that differ only", () => {
  expect(differing(row, { ...row, desc: "Two.", tags: ["sea", "tides"], version: 3 })).toEqual(["desc", "tags"]);
  expect(differing(row, null)).toEqual([]);
});

test("what waits has a reason and the number of its attempts", () => {
  expect(wayOf(undefined, undefined, true)).toEqual({ state: "synced", words: "Synced" });
  expect(wayOf({ state: "saved" }, pending, true).why).toBe("The server has failed. Tried 3 times.");
  expect(wayOf({ state: "saved" }, undefined, false).why).toMatch(/out of reach/);
});
