// Uploads whose links the storage refuses, or whose bytes it takes without an answer in time.

import { expect, test } from "vitest";
import type { PutOutcome } from "../../src/kinds/assets/put-bytes";
import { type UploadSteps, upload, WHOLE_BYTES } from "../../src/kinds/assets/upload";

const BYTES = new Blob([new Uint8Array(WHOLE_BYTES + 10)]);
const ROW = { id: "a" } as never;

/** Steps of a file in two parts. `put` says what becomes of a link. */
function steps(put: (url: string) => PutOutcome): { steps: UploadSteps; calls: string[] } {
  const calls: string[] = [];
  let begun = 0;
  const unused = () => Promise.reject(new Error("not a step of an upload in parts"));
  return {
    calls,
    steps: {
      registerUpload: unused,
      registerAsset: unused,
      beginParts: async () => {
        begun += 1;
        calls.push("begin");
        const part = (partNumber: number, size: number) => ({
          ...{ partNumber, size, arrived: false },
          url: `upload-${begun}/part-${partNumber}`,
        });
        return { kind: "ok", data: { partSize: WHOLE_BYTES, parts: [part(1, WHOLE_BYTES), part(2, 10)] } } as never;
      },
      completeParts: async () => {
        calls.push("complete");
        return { kind: "ok", data: ROW } as never;
      },
      put: async (url) => {
        calls.push(url);
        return put(url);
      },
      onProgress: () => {},
    },
  };
}

for (const status of [403, 404]) {
  test(`an upload that the storage has lost (${status}) is begun anew in the same attempt`, async () => {
    const { steps: of, calls } = steps((url) =>
      url.startsWith("upload-1/") ? { kind: "refused", status } : { kind: "stored" },
    );
    expect(await upload(of, BYTES)).toEqual({ kind: "stored", row: ROW });
    expect(calls.filter((call) => call === "begin")).toHaveLength(2);
    expect(calls).toEqual(expect.arrayContaining(["upload-2/part-1", "upload-2/part-2", "complete"]));
  });
}

test("an upload whose new links are refused too fails", async () => {
  const { steps: of, calls } = steps(() => ({ kind: "refused", status: 403 }));
  expect(await upload(of, BYTES)).toMatchObject({ kind: "failed", code: "upload_failed" });
  expect(calls.filter((call) => call === "begin")).toHaveLength(2);
});

test("a file of which a part arrives at each beginning is continued, however often its links expire", async () => {
  const arrived = new Set<number>();
  let begun = 0;
  const bytes = new Blob([new Uint8Array(6 * WHOLE_BYTES)]);
  const { steps: of } = steps(() => ({ kind: "stored" }));
  const parts = [1, 2, 3, 4, 5, 6];
  const result = await upload(
    {
      ...of,
      beginParts: async () => {
        begun += 1;
        const part = (partNumber: number) => ({
          ...{ partNumber, size: WHOLE_BYTES, arrived: arrived.has(partNumber) },
          url: `${begun}/${partNumber}`,
        });
        return { kind: "ok", data: { partSize: WHOLE_BYTES, parts: parts.map(part) } } as never;
      },
      // One part passes before the links have expired.
      put: async (url) => {
        const [round, number] = url.split("/").map(Number);
        if (arrived.size >= (round ?? 0)) return { kind: "refused", status: 403 };
        arrived.add(number ?? 0);
        return { kind: "stored" };
      },
    },
    bytes,
  );
  expect(result).toEqual({ kind: "stored", row: ROW });
  expect(begun).toBe(6);
});

test.each([
  ["has them", { kind: "ok", data: ROW }, { kind: "stored", row: ROW }],
  [
    "has not got them",
    { kind: "refused", refusal: { code: "not_uploaded", errors: [], reason: "" } },
    { kind: "later" },
  ],
])("bytes that left without an answer are not sent again while the storage %s", async (_what, answer, end) => {
  const { steps: of, calls } = steps(() => ({ kind: "broken", sent: true }));
  const result = await upload(
    {
      ...of,
      registerUpload: async () => ({ kind: "ok", data: { urls: [{ url: "whole" }] }, etag: null }),
      registerAsset: async () => answer as never,
    },
    new Blob(["tide"]),
  );
  expect(result).toMatchObject(end);
  expect(calls).toEqual(["whole"]);
});

test("an upload waits while the storage is away, and does not begin anew", async () => {
  const { steps: of, calls } = steps(() => ({ kind: "broken" }) as PutOutcome);
  expect(await upload(of, BYTES)).toMatchObject({ kind: "later" });
  expect(calls.filter((call) => call === "begin")).toHaveLength(1);
});
