// The number of unseen messages below a reader who has scrolled up.
import { expect, it } from "vitest";
import { countAfter } from "./scrollPosition";

const added = (before: string, now: string) => countAfter([...before], [...now], (key) => key);

it("counts messages added below", () => {
  expect(added("abc", "abcde")).toBe(2);
});

it("does not count messages added above", () => {
  expect(added("cde", "abcde")).toBe(0);
});

it("counts messages added below while as many are removed above", () => {
  expect(added("abcde", "cdefg")).toBe(2);
});

it("does not count a message that is removed below", () => {
  expect(added("abc", "ab")).toBe(0);
});

it("counts nothing at the first reading", () => {
  expect(added("", "abc")).toBe(0);
});
