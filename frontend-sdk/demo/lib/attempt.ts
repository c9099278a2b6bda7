// Runs what somebody asked for and keeps the sentence for when it did not work: no rejection may pass unseen.
import { useCallback, useState } from "react";
import { explain } from "./explain";

/** What went wrong last, if it did, and the way to try something. Trying resolves to whether it worked. */
export function useAttempt(): [string | undefined, (action: () => Promise<unknown>) => Promise<boolean>] {
  const [problem, setProblem] = useState<string>();
  const attempt = useCallback(async (action: () => Promise<unknown>) => {
    setProblem(undefined);
    try {
      await action();
      return true;
    } catch (error) {
      setProblem(explain(error));
      return false;
    }
  }, []);
  return [problem, attempt];
}
