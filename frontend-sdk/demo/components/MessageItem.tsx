// One message: its text, when it was written, and honestly where it is: here, on its way, on the server, or stuck and why.
import type { ChatMessageRow } from "@landfall/client";
import { memo } from "react";
import { stateWords } from "../lib/syncWords";
import { fullTime, timeOf } from "../lib/time";
import { FailedActions } from "./FailedActions";
import { MessageText } from "./MessageText";
import { StateMark } from "./StateMark";

const roleWords = { user: "You", assistant: "Assistant", system: "System", tool: "Tool" } as const;

/** A list item; drawn again only when its row changed. */
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
            {stateWords[state]}
            {reason && state !== "synced" && <span className="message-why">: {reason}</span>}
          </span>
          {state === "failed" && entryId && <FailedActions entryId={entryId} />}
        </footer>
      </article>
    </li>
  );
});
