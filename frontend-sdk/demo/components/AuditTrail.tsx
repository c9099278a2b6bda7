// The audit trail for administrators: who did what, and when. The newest entry is the first.
import { type AuditPage, listAudit } from "@landfall/client/api";
import { useEffect, useState } from "react";
import { useAttempt } from "../lib/attempt";
import { useDebounced } from "../lib/debounced";
import { tabStopIfScrolling } from "../lib/keyboardScroll";
import { useOperations } from "../lib/operations";
import { fullTime, shortWhen } from "../lib/time";
import { Problem } from "./Problem";

const limit = 50;

const filters = {
  action: { label: "Action", hint: "assistant.status" },
  entity: { label: "Kind", hint: "assistant" },
  entityId: { label: "Id of the thing", hint: "" },
  actor: { label: "Id of the user", hint: "" },
} as const;
type Filter = keyof typeof filters;

/** Each page has the cursor of the next one, so that the way back is the list of cursors. */
export function AuditTrail() {
  const ask = useOperations();
  const [chosen, setChosen] = useState<Partial<Record<Filter, string>>>({});
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [page, setPage] = useState<AuditPage>();
  const [problem, attempt] = useAttempt();
  const key = JSON.stringify([useDebounced(chosen), cursors.at(-1)]);

  useEffect(() => {
    let gone = false;
    const [filter, cursor] = JSON.parse(key) as [Partial<Record<Filter, string>>, string | null];
    const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
    void attempt(async () => {
      const answer = await ask((client) => listAudit({ client, query: { ...set, ...(cursor && { cursor }), limit } }));
      if (!gone) setPage(answer);
    });
    return () => {
      gone = true;
    };
  }, [ask, attempt, key]);

  const filter = (name: Filter, value: string) => {
    setChosen((now) => ({ ...now, [name]: value.trim() }));
    setCursors([]);
  };
  const next = page?.nextCursor;

  return (
    <>
      <search className="assistants-tools audit-filters">
        {(Object.keys(filters) as Filter[]).map((name) => (
          <label key={name}>
            {filters[name].label}
            <input
              className="field"
              data-testid={`audit-${name}`}
              placeholder={filters[name].hint}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => filter(name, event.target.value)}
            />
          </label>
        ))}
      </search>
      <Problem text={problem} />
      <section className="audit" aria-label="Entries" ref={tabStopIfScrolling}>
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Action</th>
              <th scope="col">Of</th>
              <th scope="col">Changed</th>
              <th scope="col">By</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {page?.entries.map(({ id, at, action, entityId, changed, actor, requestId }) => (
              <tr key={id} data-testid="audit-entry">
                <td>
                  <time dateTime={at} title={fullTime(at)}>
                    {shortWhen(at, new Date())}
                  </time>
                </td>
                <td>{action}</td>
                <td>{entityId}</td>
                <td>{changed.join(", ")}</td>
                <td>{actor ?? "the server"}</td>
                <td>{requestId}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {page?.entries.length === 0 && <p className="note">No entry is like this.</p>}
      <nav className="pager" aria-label="Pages">
        <button
          type="button"
          className="button small"
          data-testid="audit-newer"
          disabled={cursors.length === 0}
          onClick={() => setCursors(cursors.slice(0, -1))}
        >
          Newer
        </button>
        <span>Page {cursors.length + 1}</span>
        <button
          type="button"
          className="button small"
          data-testid="audit-older"
          disabled={!next}
          onClick={() => next && setCursors([...cursors, next])}
        >
          Older
        </button>
      </nav>
    </>
  );
}
