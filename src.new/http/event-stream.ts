// Listens to server-sent events. Loaded on demand, since a page needs it only where there is a network.

import { createParser } from "eventsource-parser";
import type { Clock } from "../types/clock";
import type { Http } from "./client";

/** The server sends a heartbeat every 25 s; a stream that is silent for longer is dead. */
const SILENCE_MS = 60_000;

export interface ListenOptions {
  url: string;
  signal: AbortSignal;
  /** The id of the last event that was received. */
  lastEventId: string | null;
  /** Called with the id of each event that has one. */
  onEvent(id: string): void;
}

/** Reads an event stream until it ends or is silent for too long. Resolves to whether the server opened it. Never throws. */
export async function listen(http: Http, clock: Clock, options: ListenOptions): Promise<boolean> {
  const { url, signal, lastEventId, onEvent } = options;
  let open = false;
  const silence = new AbortController();
  const rearm = () => clock.after(SILENCE_MS, () => silence.abort());
  let timer = rearm();
  const onBytes = () => {
    timer.cancel();
    timer = rearm();
  };
  try {
    await http.alongside(signal, async (connected) => {
      connected.addEventListener("abort", () => silence.abort());
      connected.throwIfAborted();
      const headers = { accept: "text/event-stream", ...(lastEventId && { "last-event-id": lastEventId }) };
      const response = await http.fetch(url, { headers, signal: silence.signal });
      if (!response.ok || !response.body) return;
      open = true;
      await readEvents(response.body, { onBytes, onEvent });
    });
  } catch {
    // The stream broke; the caller reconnects.
  } finally {
    timer.cancel();
  }
  return open;
}

/** Calls `onEvent` with the id of each event that has one, until the stream ends. `onBytes` is called for each chunk, heartbeats among them. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  { onBytes, onEvent }: { onBytes(): void; onEvent(id: string): void },
): Promise<void> {
  const parser = createParser({ onEvent: ({ id }) => id && onEvent(id) });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
