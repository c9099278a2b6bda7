// The list of open conflicts, each with both versions to choose from.
import type { Conflict } from "@landfall/client";
import { useConflicts, useLandfall } from "@landfall/client/react";
import { useAttempt } from "../lib/attempt";
import { Problem } from "./Problem";

/** The open conflicts of all collections. */
export function OpenConflicts() {
  const conflicts = useConflicts() ?? [];
  return (
    <ul className="panel-failed" aria-label="To decide">
      {conflicts.map((conflict) => (
        <OpenConflict key={`${conflict.collection}:${conflict.key}`} conflict={conflict} />
      ))}
    </ul>
  );
}

function OpenConflict({ conflict }: { conflict: Conflict }) {
  const { conflicts } = useLandfall();
  const [problem, attempt] = useAttempt();
  const choose = (side: "mine" | "theirs") => attempt(() => conflicts.resolve(conflict, side));
  return (
    <li data-testid="open-conflict">
      <strong dir="auto">{nameOf(conflict)}</strong>
      <p>Another device changed it too.</p>
      <div className="row-actions">
        <button type="button" className="button small" data-testid="keep-mine" onClick={() => choose("mine")}>
          {conflict.mine ? "Keep this device's" : "Delete it"}
        </button>
        <button type="button" className="button small" data-testid="take-theirs" onClick={() => choose("theirs")}>
          {conflict.theirs ? "Take the other" : "Let it be deleted"}
        </button>
        <Problem text={problem} />
      </div>
    </li>
  );
}

/** The row's name or title, or its key. */
function nameOf({ mine, theirs, key }: Conflict): string {
  const { name, title, fileName } = mine ?? theirs ?? {};
  return String(name ?? title ?? fileName ?? key);
}
