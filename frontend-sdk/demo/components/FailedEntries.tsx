// What could not be sent, wherever it belongs, each with its reason and what can be done.
import { useFailedEntries } from "@landfall/client/react";
import { FailedActions } from "./FailedActions";

/** Everything that failed, over all sessions. */
export function FailedEntries() {
  const entries = useFailedEntries() ?? [];
  return (
    <ul className="panel-failed" aria-label="Not sent">
      {entries.map(({ entryId, title, reason }) => (
        <li key={entryId} data-testid="failed-entry">
          <strong dir="auto">{title}</strong>
          <p>{reason}</p>
          <FailedActions entryId={entryId} />
        </li>
      ))}
    </ul>
  );
}
