// The texts for every sync state, in one place. "Synced" is used only for what the server has acknowledged.
import type { ChatSessionRow, RowSyncState, SyncStatus } from "@landfall/client";
import type { IconName } from "../components/Icon";

/** The state of one row as text. */
export const stateText: Record<RowSyncState, string> = {
  saved: "Saved here",
  sending: "Sending",
  synced: "Synced",
  failed: "Not sent",
  conflict: "Changed elsewhere too",
};

/** The state of one row as an icon. */
export const stateIcons: Record<RowSyncState, IconName> = {
  saved: "device",
  sending: "sending",
  synced: "check",
  failed: "alert",
  conflict: "alert",
};

/** The state of a session in the list, with its messages. A failure of the session itself has an entry. */
export function statusOfSession({
  sync,
  failedMessages,
  unsentMessages,
}: Pick<ChatSessionRow, "sync" | "failedMessages" | "unsentMessages">): {
  state: RowSyncState;
  words: string;
  reason?: string;
} {
  if (failedMessages > 0 && !sync.entryId) {
    const reason = "Open it to see why.";
    return { state: "failed", words: `${messages(failedMessages)} not sent`, reason };
  }
  if (unsentMessages > 0 && !sync.entryId) return { ...sync, words: `${messages(unsentMessages)} saved here` };
  return { ...sync, words: stateText[sync.state] };
}

/**
 * The state of the app: a short text for the pill, a heading and a sentence for the panel, and a spoken text without
 * counts.
 */
export type StatusText = { icon: IconName; pill: string; heading: string; why: string; spoken: string };

/** Counts are numbers of changes: messages, and new, renamed or deleted sessions. */
export function statusOf(status: SyncStatus): StatusText {
  let text = withoutOthers(status);
  // What waits and what needs the user are all named.
  if (status.failed > 0 && status.state !== "failed") {
    const spoken = `${text.spoken} Some changes could not be sent.`;
    text = { ...text, pill: `${text.pill}, ${status.failed} not sent`, spoken };
  }
  if (status.conflicts > 0 && status.state !== "conflicts") {
    const spoken = `${text.spoken} Some changes need your choice.`;
    text = { ...text, pill: `${text.pill}, ${status.conflicts} to decide`, spoken };
  }
  return text;
}

function withoutOthers({ state, pending, failed, conflicts, receiving = 0, reason }: SyncStatus): StatusText {
  const here = `${changes(pending)} saved on this device`;
  switch (state) {
    case "synced":
      return {
        icon: "check",
        pill: "Synced",
        heading: "Everything is on the server",
        why: "Your other devices can see all of it.",
        spoken: "Synced.",
      };
    case "receiving":
      return {
        icon: "sending",
        pill: receiving > 0 ? `Receiving, ${receiving} so far` : "Receiving",
        heading: "Fetching what the server has",
        why: "More is on its way to this device. You can write meanwhile.",
        spoken: "Receiving.",
      };
    case "sending":
      return {
        icon: "sending",
        pill: pending > 0 ? `Sending ${pending}` : "Sending",
        heading: pending > 0 ? `Sending ${changes(pending)}` : "Sending",
        why: "All of it is saved on this device as well.",
        spoken: "Sending.",
      };
    case "saved":
      // The queue has not been read yet, so nothing is said about it.
      if (pending === 0) {
        return { icon: "device", pill: "Opening", heading: "Opening", why: "Looking for what waits here.", spoken: "" };
      }
      return {
        icon: "device",
        pill: `${pending} saved here`,
        heading: here,
        why: reason ?? "On the way to the server in a moment.",
        spoken: "Saved on this device.",
      };
    case "offline":
      return {
        icon: "offline",
        pill: pending > 0 ? `Offline, ${pending} saved here` : "Offline",
        heading: pending > 0 ? here : "Offline",
        why:
          pending > 0
            ? "It goes out by itself when the server can be reached again."
            : "What you write now is kept on this device and sent later.",
        spoken: "Offline. What you write is saved on this device.",
      };
    case "paused":
      return {
        icon: "pause",
        pill: pending > 0 ? `Paused, ${pending} saved here` : "Paused",
        heading: "Sending is paused",
        why: reason ?? "What you write is kept on this device until you resume.",
        spoken: "Paused. What you write is saved on this device.",
      };
    case "failed":
      return {
        icon: "alert",
        pill: `${failed} not sent`,
        heading: `${changes(failed)} could not be sent`,
        why: "Nothing is lost: it is still on this device. Try again, or discard it.",
        spoken: "Some changes could not be sent.",
      };
    case "conflicts":
      return {
        icon: "alert",
        pill: `${conflicts} to decide`,
        heading: `${changes(conflicts)} met another device's`,
        why: "Both versions are kept. Choose which one stays.",
        spoken: "Some changes need your choice.",
      };
  }
}

const changes = (count: number): string => (count === 1 ? "1 change" : `${count} changes`);
const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`);
