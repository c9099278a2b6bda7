// Pokes between the tabs of one user: "something is due", "look for news", "look if nobody has lately". They carry no data; what happened stands in the database.
// Lost pokes cost time only, since every tab also looks by itself.

export type Poke = "wake" | "refresh" | "tick";

const POKES: readonly unknown[] = ["wake", "refresh", "tick"] satisfies Poke[];

export interface Channel {
  /** Tells every other tab. */
  post(poke: Poke): void;
  close(): void;
}

/** A BroadcastChannel; a silent one where the browser has none. */
export function openChannel(name: string, receive: (poke: Poke) => void): Channel {
  if (typeof BroadcastChannel === "undefined") return { post: () => {}, close: () => {} };
  const channel = new BroadcastChannel(`landfall:${name}`);
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (POKES.includes(event.data)) receive(event.data as Poke);
  };
  return { post: (poke) => channel.postMessage(poke), close: () => channel.close() };
}
