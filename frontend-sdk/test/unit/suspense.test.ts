// What the Suspense hooks read: one connection for all renders, a promise until there is a value, and errors where there will be none.

import { createElement, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { LandfallProvider, useSuspenseProjects } from "../../src/react";
import { readOf, type SuspendedRead } from "../../src/react/suspended";
import { TestEnvironment } from "../support/environment";

/** What a render meets: the value, or what it throws. */
function render<T>(read: SuspendedRead<T>): unknown {
  try {
    return read.value();
  } catch (thrown) {
    return thrown;
  }
}

test("a read suspends until there is a value, and every render of one query shares it", async () => {
  const env = new TestEnvironment();
  const { landfall } = await env.signedInTab();
  await landfall.projects.put({ name: "Harbour" });
  const read = readOf(landfall, landfall.projects.all());
  const first = render(read);
  expect(first).toBeInstanceOf(Promise);
  const again = readOf(landfall, landfall.projects.all());
  expect(again).toBe(read);
  expect(render(again)).toBe(first);
  expect(readOf(landfall, landfall.collections.tags.all())).not.toBe(read);
  await first;
  expect(render(read)).toMatchObject([{ name: "Harbour" }]);
});

test("a read follows its query while a component is mounted, also when StrictMode mounts it twice", async () => {
  const env = new TestEnvironment();
  const { landfall } = await env.signedInTab();
  const read = readOf(landfall, landfall.projects.all());
  await render(read);
  const inFakeTime = (work: () => void) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      work();
    } finally {
      vi.useRealTimers();
    }
  };
  const first = read.subscribe(() => {});
  let unmount = () => {};
  inFakeTime(() => {
    first();
    unmount = read.subscribe(() => {});
    vi.advanceTimersByTime(60_000);
  });
  await landfall.projects.put({ name: "Pier" });
  await vi.waitFor(() => expect(render(read)).toMatchObject([{ name: "Pier" }]));
  expect(readOf(landfall, landfall.projects.all())).toBe(read);
  inFakeTime(() => {
    unmount();
    vi.advanceTimersByTime(4_000);
    expect(readOf(landfall, landfall.projects.all())).toBe(read);
    vi.advanceTimersByTime(2_000);
    expect(readOf(landfall, landfall.projects.all())).not.toBe(read);
  });
});

test("a read starts the client, and ends with an error where nobody is signed in", async () => {
  const env = new TestEnvironment();
  const { landfall } = env.browser().tab();
  const read = readOf(landfall, landfall.projects.all());
  await render(read);
  expect(render(read)).toMatchObject({ code: "not_signed_in" });
  expect(readOf(landfall, landfall.projects.all())).not.toBe(read);
});

test("a read ends with the error of a client that can't start", async () => {
  const env = new TestEnvironment();
  const { landfall } = env.browser().tab();
  await landfall.close();
  const read = readOf(landfall, landfall.projects.all());
  await render(read);
  expect(render(read)).toMatchObject({ code: "closed" });
});

test("a server renders the boundary's fallback", async () => {
  const env = new TestEnvironment();
  const { landfall } = env.browser().tab();
  const List = () => createElement("p", null, useSuspenseProjects().length);
  const boundary = createElement(Suspense, { fallback: "loading" }, createElement(List));
  const html = renderToString(createElement(LandfallProvider, { client: landfall }, boundary));
  expect(html).toContain("loading");
  expect(html).toContain("A server has no local database");
});
