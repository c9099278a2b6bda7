// The texts for the states of an assistant: its review, and what waits on this device.
import type { Assistant, RowSync, RowSyncState } from "@landfall/client";
import type { PendingAssistant } from "@landfall/client/assistants";
import { stateText } from "./syncText";

export type Status = Assistant["status"];

/** The state of the review as text. */
export const reviewText: Record<Status, string> = {
  draft: "Draft",
  pending: "Waiting for a review",
  published: "Published",
  rejected: "Sent back",
};

export const statuses = Object.keys(reviewText) as Status[];

const waitsForServer = "The server is out of reach. It goes out by itself when the server can be reached again.";

/** The way to the server: sign, short text, and a sentence if there is something to know. */
export type WayText = { state: RowSyncState; words: string; why?: string };

/** `sync` is undefined for a synced row, and `pending` for one that the server has. */
export function wayOf(sync: RowSync | undefined, pending: PendingAssistant | undefined, online: boolean): WayText {
  const state = sync?.state ?? "synced";
  const reason = sync?.reason ?? pending?.lastError ?? (online ? undefined : waitsForServer);
  if (state === "synced") return { state, words: stateText.synced };
  const tries = pending?.retryCount ?? 0;
  const why = [reason, tries > 0 ? `Tried ${tries === 1 ? "once" : `${tries} times`}.` : undefined]
    .filter((part) => part !== undefined)
    .join(" ");
  return { state, words: stateText[state], ...(why && { why }) };
}

/** "a, b ,c" as a list without empty items and repeats. */
export function labelsOf(text: string): string[] {
  const labels = text.split(",").map((label) => label.trim());
  return [...new Set(labels.filter((label) => label !== ""))];
}

/** The members that the owner writes, as both sides of a conflict show them. */
export const memberText = {
  emoji: "Emoji",
  title: "Title",
  desc: "Description",
  prompt: "Prompt",
  tags: "Tags",
  category: "Category",
  isPublic: "For everybody",
  status: "Review",
} as const;

export type Member = keyof typeof memberText;

/** The members of two sides that differ. A side that is deleted differs in nothing. */
export function differing(mine: Assistant | null, theirs: Assistant | null): Member[] {
  if (!mine || !theirs) return [];
  const members = Object.keys(memberText) as Member[];
  return members.filter((member) => valueText(mine, member) !== valueText(theirs, member));
}

/** The value of a member as text. */
export function valueText(row: Assistant, member: Member): string {
  const value = row[member];
  if (member === "status") return reviewText[row.status];
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
