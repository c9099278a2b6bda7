// Messages between the tabs of one user. They carry no data, since everything is in the database. A lost message costs time only, since each tab
// also polls.

/** "wake": an entry may be due. "refresh": pull now. "tick": pull unless a tab has pulled lately. */
export type TabMessage = "wake" | "refresh" | "tick";

const TAB_MESSAGES: readonly unknown[] = ["wake", "refresh", "tick"] satisfies TabMessage[];

export interface TabChannel {
  /** Sends to all other tabs. */
  post(message: TabMessage): void;
  close(): void;
}

/** A BroadcastChannel, or a channel without effect where the browser has none. */
export function openTabChannel(name: string, receive: (message: TabMessage) => void): TabChannel {
  if (typeof BroadcastChannel === "undefined") return { post: () => {}, close: () => {} };
  const channel = new BroadcastChannel(`landfall:${name}`);
  channel.onmessage = (event: MessageEvent<unknown>) => {
    if (TAB_MESSAGES.includes(event.data)) receive(event.data as TabMessage);
  };
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}
