// One session in the list: open, rename and delete with a confirmation, and its sync state unless it is synced.
import type { ChatSessionRow } from "@landfall/client";
import { useLandfall } from "@landfall/client/react";
import { useState } from "react";
import { useAttempt } from "../lib/attempt";
import { statusOfSession } from "../lib/syncText";
import { fullTime, shortWhen } from "../lib/time";
import { ConfirmDialog } from "./ConfirmDialog";
import { Icon } from "./Icon";
import { Problem } from "./Problem";
import { StateMark } from "./StateMark";
import { TitleField } from "./TitleField";

type Props = { session: ChatSessionRow; current: boolean; onChoose: () => void };

/** A list item. Renames and deletes are local at once. */
export function SessionItem({ session, current, onChoose }: Props) {
  const landfall = useLandfall();
  const [doing, setDoing] = useState<"renaming" | "deleting">();
  const [problem, attempt] = useAttempt();
  const { state, words, reason } = statusOfSession(session);

  const rename = (title: string | undefined) => {
    setDoing(undefined);
    if (title !== undefined) void attempt(() => landfall.chat.renameSession(session.id, title));
  };

  return (
    <li className="session" data-testid="session-item" data-key={session.id} data-current={current} data-state={state}>
      {doing === "renaming" ? (
        <TitleField title={session.title} onDone={rename} />
      ) : (
        <button type="button" className="session-open" aria-current={current ? "page" : undefined} onClick={onChoose}>
          <span className="session-title" dir="auto">
            {session.title}
          </span>
          <span className="session-meta">
            <StateMark state={state} />
            {state === "synced" ? (
              <time dateTime={session.updatedAt} title={fullTime(session.updatedAt)}>
                {shortWhen(session.updatedAt, new Date())}
              </time>
            ) : (
              <span title={reason}>{words}</span>
            )}
          </span>
        </button>
      )}
      {doing !== "renaming" && (
        <span className="session-actions">
          <button
            type="button"
            className="icon-button"
            data-testid="session-rename"
            aria-label={`Rename ${session.title}`}
            onClick={() => setDoing("renaming")}
          >
            <Icon name="pencil" />
          </button>
          <button
            type="button"
            className="icon-button"
            data-testid="session-delete"
            aria-label={`Delete ${session.title}`}
            onClick={() => setDoing("deleting")}
          >
            <Icon name="trash" />
          </button>
        </span>
      )}
      <Problem text={problem} />
      {doing === "deleting" && (
        <ConfirmDialog
          title="Delete this session?"
          confirmLabel="Delete"
          onConfirm={() => void attempt(() => landfall.chat.deleteSession(session.id))}
          onClose={() => setDoing(undefined)}
        >
          <p>
            <strong dir="auto">{session.title}</strong> and every message in it will be gone from this device at once,
            and from the server at the next sync.
          </p>
        </ConfirmDialog>
      )}
    </li>
  );
}
