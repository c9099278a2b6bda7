import type { AssetRow } from "@landfall/client";
import { expect, test } from "vitest";
import { percent, sizeText, statusOfFile } from "./fileText";

const row = {
  uploadStatus: "completed",
  sync: { state: "synced" },
  onDevice: false,
  localOnly: false,
  error: null,
} as AssetRow;

test("file sizes are short rounded numbers with a unit", () => {
  expect([0, 999, 1_000, 5_242_880, 62_914_560, 123_456_789_000].map(sizeText)).toEqual([
    ...["0 bytes", "999 bytes", "1.0 KB", "5.2 MB", "62.9 MB", "123 GB"],
  ]);
});

test("progress below 100 % is never shown as 100 %", () => {
  expect(percent({ loaded: 999, total: 1_000 })).toBe("99 %");
  expect(percent(undefined)).toBe("");
});

test("a file that only one device has is never shown as synced", () => {
  const words = (change: Partial<AssetRow>) => statusOfFile({ ...row, ...change }, undefined).words;
  expect(words({})).toBe("Synced");
  expect(words({ onDevice: true })).toBe("Synced, and on this device");
  expect(words({ uploadStatus: "pending" })).toBe("Coming from another device");
  expect(words({ uploadStatus: "pending", sync: { state: "saved" } })).toBe("Saved here");
  expect(words({ uploadStatus: "failed", sync: { state: "failed", reason: "Too much." } })).toBe("Not sent");
  expect(words({ localOnly: true })).toBe("Stays on this device");
});
