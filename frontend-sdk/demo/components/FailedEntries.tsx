// What could not be sent, each with its reason and what can be done: sessions, and messages of the open session.
// Messages of other sessions are counted here and shown where they stand.
import type { ChatMessageRow, ChatSessionRow } from "@landfall/client";
import { useChatMessages, useChatSessions } from "@landfall/client/react";
import { FailedActions } from "./FailedActions";

type Entry = { key: string; title: string; reason: string | undefined; entryId: string | undefined };

/** `failed` is the count of the whole queue. */
export function FailedEntries({ failed, sessionId }: { failed: number; sessionId: string | undefined }) {
  const sessions = useChatSessions() ?? [];
  const messages = useChatMessages(sessionId) ?? [];
  const entries = [...sessions.flatMap(failedSession), ...messages.flatMap(failedMessage)];
  const elsewhere = failed - entries.length;
  return (
    <ul className="panel-failed" aria-label="Not sent">
      {entries.map((entry) => (
        <li key={entry.key}>
          <strong dir="auto">{entry.title}</strong>
          <p>{entry.reason ?? "The server gave no reason."}</p>
          {entry.entryId && <FailedActions entryId={entry.entryId} />}
        </li>
      ))}
      {elsewhere > 0 && <li>{elsewhere === 1 ? "One more" : `${elsewhere} more`} in other sessions.</li>}
    </ul>
  );
}

const failedSession = ({ id, title, sync }: ChatSessionRow): Entry[] =>
  sync.state === "failed" ? [{ key: id, title, reason: sync.reason, entryId: sync.entryId }] : [];

const failedMessage = ({ id, content, sync }: ChatMessageRow): Entry[] =>
  sync.state === "failed"
    ? [{ key: id, title: content.slice(0, 120), reason: sync.reason, entryId: sync.entryId }]
    : [];
