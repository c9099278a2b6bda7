// One page of a list of assistants. What this device has read before is shown first, and the server's answer replaces it.
import type { AssistantPage, ListQuery } from "@landfall/client/assistants";
import { useSyncStatus } from "@landfall/client/react";
import { useCallback, useEffect, useState } from "react";
import { errorText } from "./errorText";
import { useMarket } from "./market";

type PageState = {
  /** Undefined until the first answer. */
  page: AssistantPage | undefined;
  problem: string | undefined;
  reload: () => void;
};

/** Reads again when the query changes, after a reconnection, and on `reload`. */
export function useAssistantPage(query: ListQuery): PageState {
  const { assistantApiClient } = useMarket();
  const { online } = useSyncStatus();
  const [page, setPage] = useState<AssistantPage>();
  const [problem, setProblem] = useState<string>();
  const [readings, setReadings] = useState(0);
  const key = JSON.stringify(query);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `readings` and `online` ask for another reading.
  useEffect(() => {
    let gone = false;
    const show = (answer: AssistantPage) => {
      if (gone) return;
      setProblem(undefined);
      setPage(answer);
    };
    assistantApiClient.list({ ...(JSON.parse(key) as ListQuery), onRefreshed: show }).then(show, (error: unknown) => {
      if (!gone) setProblem(errorText(error));
    });
    return () => {
      gone = true;
    };
  }, [assistantApiClient, key, readings, online]);

  const reload = useCallback(() => setReadings((count) => count + 1), []);
  return { page, problem, reload };
}
