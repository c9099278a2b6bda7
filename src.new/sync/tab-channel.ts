// Messages between the tabs of one user. They carry no data, since everything is in the database. A lost message costs time only, since each tab
// also polls.

import type { LandfallOptions } from "../types/options";
import { openChannel } from "../util/channel";

/** "wake": an entry may be due. "refresh": pull now. "tick": pull unless a tab has pulled lately. "full": the leader has no room to store anything. */
export type TabMessage = "wake" | "refresh" | "tick" | "full";

const TAB_MESSAGES: readonly unknown[] = ["wake", "refresh", "tick", "full"] satisfies TabMessage[];

export interface TabChannel {
  /** Sends to all other tabs. */
  post(message: TabMessage): void;
  close(): void;
}

/** `name` is unique to the user's database. */
export function openTabChannel(
  options: Pick<LandfallOptions, "channels">,
  name: string,
  receive: (message: TabMessage) => void,
): TabChannel {
  const channel = openChannel(options, `landfall:${name}`, (data) => {
    if (TAB_MESSAGES.includes(data)) receive(data as TabMessage);
  });
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}
