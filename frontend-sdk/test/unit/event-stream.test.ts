// Server-sent events in every framing and in chunks of any size.

import { expect, test } from "vitest";
import { readEvents } from "../../src/http/event-stream";

/** The event ids in a stream of these chunks, and the number of chunks that arrived. */
async function read(...chunks: (string | Uint8Array)[]): Promise<{ ids: string[]; chunks: number }> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const ids: string[] = [];
  let received = 0;
  await readEvents(body, { onEvent: (id) => ids.push(id), onBytes: () => (received += 1) });
  return { ids, chunks: received };
}

const EVENTS = ["id: e.1", "event: version", 'data: {"version":1}', "", "id: e.2", "data: 2", "", ""];

for (const [name, end] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
] as const) {
  test(`${name} ends lines`, async () => {
    // A CR at the end of a chunk may be the first half of a CRLF, so its line ends with the next chunk.
    expect((await read(EVENTS.join(end), ": heartbeat\n")).ids).toEqual(["e.1", "e.2"]);
  });

  test(`${name}: an event may be split anywhere`, async () => {
    const text = `${EVENTS.join(end)}: heartbeat\n`;
    for (let at = 1; at < text.length; at += 1) {
      expect((await read(text.slice(0, at), text.slice(at))).ids).toEqual(["e.1", "e.2"]);
    }
    expect((await read(...text)).ids).toEqual(["e.1", "e.2"]);
  });
}

test("a comment counts as bytes and not as an event", async () => {
  expect(await read(": heartbeat\n\n", ": heartbeat\n\n")).toEqual({ ids: [], chunks: 2 });
  expect((await read(": one\nid: e.1\n: two\ndata: x\n\n")).ids).toEqual(["e.1"]);
});

test("an event without an id, data or an end is ignored", async () => {
  expect((await read("data: x\n\n", "id: e.1\n\n", "id: e.2\ndata: x\n")).ids).toEqual([]);
});

test("a character may be split between chunks", async () => {
  const bytes = new TextEncoder().encode("id: e.1\ndata: grüße\n\n");
  for (let at = 1; at < bytes.length; at += 1) {
    expect((await read(bytes.slice(0, at), bytes.slice(at))).ids).toEqual(["e.1"]);
  }
});
