// One message: its text, its time and its sync state, with the reason of a failure.
import type { ChatMessageRow } from "@landfall/client";
import { memo } from "react";
import { stateText } from "../lib/syncText";
import { fullTime, timeOf } from "../lib/time";
import { FailedActions } from "./FailedActions";
import { MessageText } from "./MessageText";
import { StateMark } from "./StateMark";

const roleWords = { user: "You", assistant: "Assistant", system: "System", tool: "Tool" } as const;

/** A list item. It renders again only if its row changed. */
export const MessageItem = memo(function MessageItem({ message }: { message: ChatMessageRow }) {
  const { state, reason, entryId } = message.sync;
  return (
    <li className="message" data-testid="message" data-key={message.id} data-state={state} data-role={message.role}>
      <span className="message-rail" aria-hidden="true">
        <StateMark state={state} />
      </span>
      <article className="message-body" aria-label={`${roleWords[message.role]}, ${timeOf(message.createdAt)}`}>
        {message.role !== "user" && <span className="message-role">{roleWords[message.role]}</span>}
        <MessageText content={message.content} />
        <footer className="message-foot">
          <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
            {timeOf(message.createdAt)}
          </time>
          <span aria-hidden="true"> · </span>
          <span className="message-state" data-testid="message-state" data-state={state}>
            {stateText[state]}
            {reason && state !== "synced" && <span className="message-why">: {reason}</span>}
          </span>
          {state === "failed" && entryId && <FailedActions entryId={entryId} />}
        </footer>
      </article>
    </li>
  );
});
