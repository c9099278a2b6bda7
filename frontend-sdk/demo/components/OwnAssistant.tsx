// An assistant of the user: its way to the server, its review, and the actions of its owner.
import type { Assistant, RowSync } from "@landfall/client";
import type { PendingAssistant } from "@landfall/client/assistants";
import { useLandfall, useSyncStatus } from "@landfall/client/react";
import { useState } from "react";
import { reviewText, wayOf } from "../lib/assistantText";
import { useAttempt } from "../lib/attempt";
import { AssistantCard } from "./AssistantCard";
import { ConfirmDialog } from "./ConfirmDialog";
import { FailedActions } from "./FailedActions";
import { Problem } from "./Problem";
import { StateMark } from "./StateMark";

type Props = {
  assistant: Assistant;
  /** Undefined for a synced row. */
  sync: RowSync | undefined;
  /** Undefined if the server has it. */
  pending: PendingAssistant | undefined;
  onEdit: () => void;
};

/** A list item. Writes are on this device at once. */
export function OwnAssistant({ assistant, sync, pending, onEdit }: Props) {
  const { assistants } = useLandfall();
  const { online } = useSyncStatus();
  const [deleting, setDeleting] = useState(false);
  const [problem, attempt] = useAttempt();
  const { id, title, status, isPublic, reviewNote } = assistant;
  const way = wayOf(sync, pending, online);
  const set = (next: "draft" | "pending") => attempt(() => assistants.update(id, { status: next }));

  return (
    <AssistantCard
      assistant={assistant}
      meta={
        <>
          <span className="way" data-testid="assistant-way" data-state={way.state} data-tries={pending?.retryCount}>
            <StateMark state={way.state} />
            {way.words}
          </span>
          <span aria-hidden="true">·</span>
          <span data-testid="assistant-status">{reviewText[status]}</span>
          <span aria-hidden="true">·</span>
          <span>{isPublic ? "For everybody" : "Only for you"}</span>
        </>
      }
    >
      {way.why && (
        <p className="assistant-why" data-testid="assistant-why" data-state={way.state}>
          {way.why}
        </p>
      )}
      {reviewNote && (
        <p className="review-note" data-testid="review-note">
          <strong>The reviewer writes:</strong> {reviewNote}
        </p>
      )}
      <div className="row-actions">
        <button
          type="button"
          className="button small"
          data-testid="assistant-edit"
          aria-label={`Edit ${title}`}
          onClick={onEdit}
        >
          Edit
        </button>
        {(status === "draft" || status === "rejected") && (
          <button
            type="button"
            className="button small"
            data-testid="assistant-submit"
            aria-label={`Ask for a review of ${title}`}
            onClick={() => set("pending")}
          >
            Ask for a review
          </button>
        )}
        {status === "pending" && (
          <button type="button" className="button small" onClick={() => set("draft")}>
            Take back
          </button>
        )}
        <button
          type="button"
          className="button small"
          data-testid="assistant-delete"
          aria-label={`Delete ${title}`}
          onClick={() => setDeleting(true)}
        >
          Delete
        </button>
        {sync?.state === "failed" && sync.entryId && <FailedActions entryId={sync.entryId} />}
      </div>
      <Problem text={problem} />
      {deleting && (
        <ConfirmDialog
          title="Delete this assistant?"
          confirmLabel="Delete"
          onConfirm={() => void attempt(() => assistants.delete(id))}
          onClose={() => setDeleting(false)}
        >
          <p>
            <strong dir="auto">{title}</strong> will be gone from this device at once, and from the market at the next
            sync.
          </p>
        </ConfirmDialog>
      )}
    </AssistantCard>
  );
}
