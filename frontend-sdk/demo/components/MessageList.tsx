// The messages of one session, oldest first, the newest in view. It owns scrolling and nothing else.
// The list lies in a reversed column: its scroll origin is the newest message, so that older ones that arrive above
// never move what is being read, and someone at the end stays at the end.
import type { ChatMessageRow } from "@landfall/client";
import { useChatMessages } from "@landfall/client/react";
import { Fragment } from "react";
import { step, useOlder } from "../lib/older";
import { useReadersPlace } from "../lib/readersPlace";
import { dayLabel, dayOf } from "../lib/time";
import { Icon } from "./Icon";
import { MessageItem } from "./MessageItem";
import { Welcome } from "./Welcome";

type Props = {
  sessionId: string;
  /** How many messages the reader has written here: each one brings the end into view. */
  sent: number;
};

/** Mount it anew for another session. */
export function MessageList({ sessionId, sent }: Props) {
  const messages = useChatMessages(sessionId, { newest: step });
  const { scroller, atEnd, unseen, toEnd } = useReadersPlace(messages ?? none, stableKey, sent);
  const { top, state } = useOlder(sessionId, messages, scroller);
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

/** A message keeps its place on screen when the server's id replaces its temporary one. */
const stableKey = (message: ChatMessageRow): string => message.tempId ?? message.id;

const startsDay = (message: ChatMessageRow, before: ChatMessageRow | undefined): boolean =>
  before === undefined || dayOf(before.createdAt) !== dayOf(message.createdAt);
