// The messages of one session, oldest first, with the newest in view. The list is a reversed column. Its scroll origin
// is the newest message, so that older messages never move the visible ones, and a list at the end stays at the end.
import type { ChatMessageRow } from "@landfall/client";
import { useChatMessages } from "@landfall/client/react";
import { Fragment } from "react";
import { step, useOlderMessages } from "../lib/olderMessages";
import { useScrollPosition } from "../lib/scrollPosition";
import { dayLabel, dayOf } from "../lib/time";
import { Icon } from "./Icon";
import { MessageItem } from "./MessageItem";
import { Welcome } from "./Welcome";

type Props = {
  sessionId: string;
  /** The number of messages that the user has sent here. Each one scrolls to the end. */
  sent: number;
};

/** Mount a new one for another session. */
export function MessageList({ sessionId, sent }: Props) {
  const messages = useChatMessages(sessionId, { newest: step });
  const { scroller, atEnd, unseen, toEnd } = useScrollPosition(messages ?? none, stableKey, sent);
  const { top, state } = useOlderMessages(sessionId, messages, scroller);
  const now = new Date();

  return (
    <div className="messages-frame">
      <section className="messages" ref={scroller} aria-label="Messages">
        <div className="messages-column">
          <p className="older" ref={top}>
            {state === "loading" && "Looking for older messages"}
            {state === "unreachable" && "Older messages may be on the server, which can't be reached just now."}
          </p>
          {messages?.length === 0 && state !== "loading" && <Welcome />}
          <ol>
            {messages?.map((message, index) => (
              <Fragment key={stableKey(message)}>
                {startsDay(message, messages[index - 1]) && (
                  <li className="day">
                    <span>{dayLabel(message.createdAt, now)}</span>
                  </li>
                )}
                <MessageItem message={message} />
              </Fragment>
            ))}
          </ol>
        </div>
      </section>
      {!atEnd && (
        <button type="button" className="button to-end" onClick={toEnd}>
          <Icon name="down" />
          {unseen > 0 ? `${unseen} new` : "Newest"}
        </button>
      )}
    </div>
  );
}

const none: readonly ChatMessageRow[] = [];

/** The key stays the same when the server's id replaces the temporary id. */
const stableKey = (message: ChatMessageRow): string => message.tempId ?? message.id;

const startsDay = (message: ChatMessageRow, before: ChatMessageRow | undefined): boolean =>
  before === undefined || dayOf(before.createdAt) !== dayOf(message.createdAt);
