// The client slows down before the server answers 429.

import { expect, test } from "vitest";
import { Http } from "../../src/http/client";
import { FakeClock, flushTasks } from "../support/fake-clock";

const accepts = (data: unknown): data is object => typeof data === "object";

test("a low budget is spent at the rate at which it returns, separately for each route", async () => {
  const clock = new FakeClock();
  const asked: string[] = [];
  let remaining = 100;
  const send: typeof fetch = async (input) => {
    asked.push(String(input));
    remaining -= 50;
    const headers = { "ratelimit-policy": '"sync";q=200;w=20', "ratelimit-remaining": String(remaining) };
    return Response.json({}, { headers });
  };
  const http = new Http({ baseUrl: "", fetch: send }, clock);
  const ask = (url: string) => http.call({ method: "GET", url }, { accepts });
  // 50 of 200 are left, so nothing is delayed.
  await ask("/a");
  await ask("/a");
  expect(asked).toHaveLength(2);
  // Nothing is left. One request returns in 100 ms.
  const third = http.inNameOf("anna").call({ method: "GET", url: "/a" }, { accepts });
  await ask("/b");
  expect(asked).toEqual(["/a", "/a", "/b"]);
  await clock.advance(99);
  expect(asked).toHaveLength(3);
  await clock.advance(1);
  await third;
  await flushTasks();
  expect(asked).toEqual(["/a", "/a", "/b", "/a"]);
});
