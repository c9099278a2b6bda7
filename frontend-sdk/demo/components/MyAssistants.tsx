// The user's own assistants, from this device: new ones, their way to the server, and their review.
import type { Assistant, NewAssistant } from "@landfall/client";
import { useLandfall, useObservable } from "@landfall/client/react";
import { useMemo, useState } from "react";
import { reviewText, type Status, statuses } from "../lib/assistantText";
import { createAssistant } from "../lib/createAssistant";
import { errorText } from "../lib/errorText";
import { useMarket } from "../lib/market";
import { AssistantConflicts } from "./AssistantConflicts";
import { AssistantForm } from "./AssistantForm";
import { Icon } from "./Icon";
import { OwnAssistant } from "./OwnAssistant";

/** What the server has refused, to be corrected. */
type Refused = { input: NewAssistant; why: string };

/** The last changed first. */
export function MyAssistants() {
  const landfall = useLandfall();
  const market = useMarket();
  const { assistants } = landfall;
  const rows = useObservable(useMemo(() => assistants.all(), [assistants]));
  const unsynced = useObservable(useMemo(() => assistants.unsynced(), [assistants]));
  const pending = useObservable(useMemo(() => market.pendingAssistants(), [market]));
  const [status, setStatus] = useState<Status | "">("");
  /** An assistant is changed, and a new one has no id. */
  const [form, setForm] = useState<Partial<Assistant>>();
  const [refused, setRefused] = useState<Refused>();

  const shown = rows
    ?.filter((row) => status === "" || row.status === status)
    .sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));

  const save = async (input: NewAssistant) => {
    if (form?.id !== undefined) return void (await assistants.update(form.id, input));
    setRefused(undefined);
    await createAssistant(landfall, market, input, (error) => setRefused({ input, why: errorText(error) }));
  };

  return (
    <>
      <div className="assistants-tools">
        <button type="button" className="button primary" data-testid="assistant-new" onClick={() => setForm({})}>
          <Icon name="plus" />
          New assistant
        </button>
        <select
          className="field choice"
          aria-label="Which ones"
          data-testid="status-filter"
          value={status}
          onChange={(event) => setStatus(event.target.value as Status | "")}
        >
          <option value="">All</option>
          {statuses.map((each) => (
            <option key={each} value={each}>
              {reviewText[each]}
            </option>
          ))}
        </select>
      </div>
      <AssistantConflicts />
      {refused && (
        <div className="conflict" role="alert" data-testid="assistant-refused">
          <p>
            The server has refused <strong dir="auto">{refused.input.title}</strong>: {refused.why}
          </p>
          <button
            type="button"
            className="button small"
            onClick={() => {
              setForm(refused.input);
              setRefused(undefined);
            }}
          >
            Correct it
          </button>
        </div>
      )}
      <ul className="assistant-list" aria-label="Your assistants" data-testid="my-list">
        {shown?.map((assistant) => (
          <OwnAssistant
            key={assistant.id}
            assistant={assistant}
            sync={unsynced?.get(assistant.id)}
            pending={pending?.find(({ tempId }) => tempId === assistant.tempId)}
            onEdit={() => setForm(assistant)}
          />
        ))}
      </ul>
      {shown?.length === 0 && <p className="note">{status ? "None is in this state." : "You have none yet."}</p>}
      {form && <AssistantForm from={form} onSave={save} onClose={() => setForm(undefined)} />}
    </>
  );
}
