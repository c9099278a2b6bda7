// Requests of administrators. They go to the server directly, because a review and the audit trail have no local copy.
import { LandfallError, OfflineError } from "@landfall/client";
import { type Client, createClient, createConfig, type Problem } from "@landfall/client/api";
import { useLandfall } from "@landfall/client/react";
import { useCallback } from "react";

const client = createClient(createConfig());

type Answer<T> = { data?: T; error?: unknown };
type Ask = <T>(operation: (client: Client) => Promise<Answer<T>>) => Promise<NonNullable<T>>;

/** A function that runs an operation. It throws OfflineError, or LandfallError with the server's code. */
export function useOperations(): Ask {
  const { connectivity } = useLandfall();
  return useCallback(
    async (operation) => {
      if (!connectivity.status.get().online) throw new OfflineError();
      const { data, error } = await operation(client);
      if (data !== undefined && data !== null) return data;
      if (isProblem(error)) throw new LandfallError(error.code, error.detail);
      throw new OfflineError();
    },
    [connectivity],
  );
}

function isProblem(error: unknown): error is Problem {
  const { code, detail } = (error ?? {}) as Partial<Problem>;
  return typeof code === "string" && typeof detail === "string";
}
