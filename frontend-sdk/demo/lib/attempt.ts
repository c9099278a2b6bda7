// Runs an action and keeps the error message of a failure, so that every rejection is shown.
import { useCallback, useState } from "react";
import { errorText } from "./errorText";

/** The last error message, and a function that runs an action. It resolves to whether the action succeeded. */
export function useAttempt(): [string | undefined, (action: () => Promise<unknown>) => Promise<boolean>] {
  const [problem, setProblem] = useState<string>();
  const attempt = useCallback(async (action: () => Promise<unknown>) => {
    setProblem(undefined);
    try {
      await action();
      return true;
    } catch (error) {
      setProblem(errorText(error));
      return false;
    }
  }, []);
  return [problem, attempt];
}
