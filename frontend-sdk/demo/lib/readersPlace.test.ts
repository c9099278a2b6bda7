// What counts as unseen, below a reader who is further up.
import { expect, it } from "vitest";
import { newsAfter } from "./readersPlace";

const news = (before: string, now: string) => newsAfter([...before], [...now], (key) => key);

it("counts what came below", () => {
  expect(news("abc", "abcde")).toBe(2);
});

it("counts nothing that came above", () => {
  expect(news("cde", "abcde")).toBe(0);
});

it("counts what came below while as much left above", () => {
  expect(news("abcde", "cdefg")).toBe(2);
});

it("counts nothing when one below is taken back", () => {
  expect(news("abc", "ab")).toBe(0);
});

it("counts nothing at the first reading", () => {
  expect(news("", "abc")).toBe(0);
});
