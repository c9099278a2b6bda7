// Rows of conflicts that did not fit into the answer of a push are read one by one.

import { expect, test } from "vitest";
import type { Http } from "../../src/http/client";
import type { Outcome } from "../../src/http/outcome";
import { readOmittedRows } from "../../src/sync/omitted-rows";
import type { SyncChange, SyncResponse, SyncResult } from "../../src/types/wire";

const ok = (key: string): Outcome<SyncChange> => ({
  kind: "ok",
  data: { collection: "rules", key, revision: 2, value: { name: key } },
  etag: null,
});

function answer(keys: readonly string[]): SyncResponse {
  const result = (key: string, index: number): SyncResult => ({
    id: index + 1,
    status: "conflict",
    key,
    revision: null,
    server: null,
    serverOmitted: true,
    error: null,
  });
  const page = { epoch: "e", changes: [], cursor: "c", hasMore: false, serverTime: "2026-11-21T08:00:00.000Z" };
  return { ...page, unknownCollections: [], results: keys.map(result) };
}

/** Reads with a server that answers a key as `fetchRow` does. */
function read(response: SyncResponse, fetchRow: (key: string) => Outcome<SyncChange>): Promise<void> {
  const call = async ({ url, query }: { url: string; query: { collection: string; key: string } }) => {
    expect([url, query.collection]).toEqual(["/api/sync/row", "rules"]);
    return fetchRow(query.key);
  };
  const parts = {
    http: { call } as unknown as Http,
    userId: "u",
    identity: { inName: <T>(_userId: string, request: () => Promise<T>) => request() },
  };
  return readOmittedRows(response, entriesOf(response), parts, new AbortController().signal);
}

const entriesOf = ({ results }: SyncResponse) => results.map(() => ({ collection: "rules" }));

test("omitted rows are read", async () => {
  const response = answer(["a", "b"]);
  await read(response, ok);
  expect(response.results.map(({ server, serverOmitted }) => [server?.key, serverOmitted])).toEqual([
    ["a", false],
    ["b", false],
  ]);
});

test("rows that can't be read, and rows beyond the eighth, stay omitted", async () => {
  const asked: string[] = [];
  const fetchRow = (key: string): Outcome<SyncChange> => {
    asked.push(key);
    return key === "lost" ? { kind: "unreachable" } : ok(key);
  };
  const first = answer(["a", "lost", "b"]);
  await read(first, fetchRow);
  expect(first.results.map(({ serverOmitted }) => serverOmitted)).toEqual([false, true, true]);
  const second = answer(Array.from({ length: 10 }, (_, index) => `k${index}`));
  await read(second, fetchRow);
  expect(second.results.filter(({ serverOmitted }) => serverOmitted)).toHaveLength(2);
  expect(asked).toHaveLength(10);
});
