// Broadcasts between the tabs of a browser.

import type { ChannelLike, LandfallOptions } from "../types/options";

/** A channel to all other tabs, or one without effect where the browser has none. */
export function openChannel(
  { channels }: Pick<LandfallOptions, "channels">,
  name: string,
  receive: (data: unknown) => void,
): ChannelLike {
  if (!channels && typeof BroadcastChannel === "undefined") {
    return { onmessage: null, postMessage: () => {}, close: () => {} };
  }
  const channel = channels?.(name) ?? (new BroadcastChannel(name) as ChannelLike);
  channel.onmessage = ({ data }: { data: unknown }) => receive(data);
  return channel;
}
