// The actions for a failed entry: retry and discard.
import { useLandfall } from "@landfall/client/react";
import { useAttempt } from "../lib/attempt";
import { Problem } from "./Problem";

/** `entryId` is the id of the outbox entry. */
export function FailedActions({ entryId }: { entryId: string }) {
  const { sync } = useLandfall();
  const [problem, attempt] = useAttempt();
  return (
    <div className="row-actions">
      <button
        type="button"
        className="button small"
        data-testid="retry"
        onClick={() => attempt(() => sync.retry(entryId))}
      >
        Try again
      </button>
      <button
        type="button"
        className="button small"
        data-testid="discard"
        onClick={() => attempt(() => sync.discard(entryId))}
      >
        Discard
      </button>
      <Problem text={problem} />
    </div>
  );
}
