// Changes of this device that were given up, because another device had changed the same assistant. Both sides are
// shown.
import type { Assistant, AssistantChanges, AssistantConflict } from "@landfall/client";
import { useLandfall, useObservable } from "@landfall/client/react";
import { useMemo } from "react";
import { differing, memberText, valueText } from "../lib/assistantText";
import { useAttempt } from "../lib/attempt";
import { fullTime } from "../lib/time";
import { Problem } from "./Problem";

/** The oldest first. Renders nothing without conflicts. */
export function AssistantConflicts() {
  const { assistants } = useLandfall();
  const conflicts = useObservable(useMemo(() => assistants.conflicts(), [assistants])) ?? [];
  if (conflicts.length === 0) return null;
  return (
    <ul className="conflicts" aria-label="Changed elsewhere too">
      {conflicts.map((conflict) => (
        <GivenUp key={`${conflict.since} ${conflict.id}`} conflict={conflict} />
      ))}
    </ul>
  );
}

function GivenUp({ conflict }: { conflict: AssistantConflict }) {
  const { assistants } = useLandfall();
  const [problem, attempt] = useAttempt();
  const { id, mine, theirs, since } = conflict;
  const members = differing(mine, theirs);

  const writeMine = () =>
    attempt(async () => {
      if (!mine) await assistants.delete(id);
      else if (theirs) await assistants.update(id, changesOf(mine, members));
      else await assistants.put(mine);
      await assistants.dismissConflicts(id);
    });

  return (
    <li className="conflict" data-testid="assistant-conflict" data-key={id}>
      <p>
        <strong dir="auto">{(theirs ?? mine)?.title ?? "An assistant"}</strong> was changed elsewhere before this
        device's change arrived (<time dateTime={since}>{fullTime(since)}</time>). The other one counts now. Yours is
        kept here.
      </p>
      {mine && theirs ? (
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">Mine</th>
              <th scope="col">Theirs</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member}>
                <th scope="row">{memberText[member]}</th>
                <td dir="auto" data-testid="side-mine">
                  {valueText(mine, member)}
                </td>
                <td dir="auto" data-testid="side-theirs">
                  {valueText(theirs, member)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>{mine ? "It was deleted there, and changed here." : "It was changed there, and deleted here."}</p>
      )}
      <div className="row-actions">
        <button type="button" className="button small" data-testid="use-mine" onClick={writeMine}>
          {mine ? "Use mine again" : "Delete it"}
        </button>
        <button
          type="button"
          className="button small"
          data-testid="keep-theirs"
          onClick={() => attempt(() => assistants.dismissConflicts(id))}
        >
          {theirs ? "Keep theirs" : "Let it be deleted"}
        </button>
      </div>
      <Problem text={problem} />
    </li>
  );
}

/** The owner cannot set the status of a review. */
function changesOf(mine: Assistant, members: readonly string[]): AssistantChanges {
  const changes = Object.fromEntries(Object.entries(mine).filter(([member]) => members.includes(member)));
  const { status, ...others } = changes as Partial<Assistant>;
  return { ...others, ...((status === "draft" || status === "pending") && { status }) } as AssistantChanges;
}
