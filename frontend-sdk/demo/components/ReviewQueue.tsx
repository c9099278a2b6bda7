// The assistants that wait for a decision, for administrators. The longest waiting is the first.

import type { Assistant } from "@landfall/client";
import { reviewAssistant } from "@landfall/client/api";
import { useState } from "react";
import { useAssistantPage } from "../lib/assistantPage";
import { reviewText, type Status } from "../lib/assistantText";
import { useAttempt } from "../lib/attempt";
import { useOperations } from "../lib/operations";
import { useRefresh } from "../lib/refresh";
import { fullTime, shortWhen } from "../lib/time";
import { AssistantCard } from "./AssistantCard";
import { Icon } from "./Icon";
import { Pager } from "./Pager";
import { Problem } from "./Problem";
import { RejectDialog } from "./RejectDialog";

const pageSize = 12;
const reviewed = ["pending", "published", "rejected"] as const satisfies readonly Status[];

/** The queue reads itself again. A decision is about the version that was shown. */
export function ReviewQueue() {
  const [status, setStatus] = useState<(typeof reviewed)[number]>("pending");
  const [pageNumber, setPageNumber] = useState(1);
  const { page, problem, reload } = useAssistantPage({ scope: "review", status, page: pageNumber, pageSize });
  useRefresh(reload);
  return (
    <>
      <div className="assistants-tools">
        <select
          className="field choice"
          aria-label="Which ones"
          value={status}
          onChange={(event) => {
            setStatus(event.target.value as (typeof reviewed)[number]);
            setPageNumber(1);
          }}
        >
          {reviewed.map((each) => (
            <option key={each} value={each}>
              {reviewText[each]}
            </option>
          ))}
        </select>
        <button type="button" className="button" data-testid="review-reload" onClick={reload}>
          <Icon name="refresh" />
          Look again
        </button>
      </div>
      <Problem text={problem} />
      <ul className="assistant-list" aria-label="To review" data-testid="review-list">
        {page?.data.map((assistant) => (
          <Reviewed key={`${assistant.id} ${assistant.version}`} assistant={assistant} onDecided={reload} />
        ))}
      </ul>
      {page?.data.length === 0 && <p className="note">There is none.</p>}
      {page && <Pager {...page.pagination} onPage={setPageNumber} />}
    </>
  );
}

function Reviewed({ assistant, onDecided }: { assistant: Assistant; onDecided: () => void }) {
  const ask = useOperations();
  const [rejecting, setRejecting] = useState(false);
  const [problem, attempt] = useAttempt();
  const { id, title, author, version, status, updatedAt, isPublic, reviewNote } = assistant;

  const decide = async (body: { status: Status; reviewNote?: string }) => {
    const decided = await attempt(() =>
      ask((client) => reviewAssistant({ client, path: { id }, body: { ...body, version } })),
    );
    if (decided) onDecided();
  };

  return (
    <AssistantCard
      assistant={assistant}
      meta={
        <>
          <span>by {author}</span>
          <span aria-hidden="true">·</span>
          <time dateTime={updatedAt} title={fullTime(updatedAt)}>
            {shortWhen(updatedAt, new Date())}
          </time>
          <span aria-hidden="true">·</span>
          <span>{isPublic ? "For everybody" : "Only for its author"}</span>
        </>
      }
    >
      {reviewNote && <p className="review-note">{reviewNote}</p>}
      <div className="row-actions">
        {status !== "published" && (
          <button
            type="button"
            className="button small primary"
            data-testid="review-publish"
            aria-label={`Publish ${title}`}
            onClick={() => decide({ status: "published" })}
          >
            Publish
          </button>
        )}
        {status !== "rejected" && (
          <button
            type="button"
            className="button small"
            data-testid="review-reject"
            aria-label={`Send ${title} back`}
            onClick={() => setRejecting(true)}
          >
            Send back…
          </button>
        )}
      </div>
      <Problem text={problem} />
      {rejecting && (
        <RejectDialog
          title={title}
          onReject={(note) => decide({ status: "rejected", reviewNote: note })}
          onClose={() => setRejecting(false)}
        />
      )}
    </AssistantCard>
  );
}
