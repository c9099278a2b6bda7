// Reads the rows of conflicts that did not fit into the answer of a push.

import type { SyncRowData } from "../generated/types.gen";
import type { Http } from "../http/client";
import type { Outcome } from "../http/outcome";
import type { SyncChange, SyncResponse } from "../types/wire";
import { EXACT_JSON } from "../util/exact";
import type { Identity } from "./identity";

/** How many rows are read for one answer. Each may have several megabytes. The entries of further ones are sent again. */
const MAX_ROWS = 8;

/** What the requests need. */
interface Parts {
  http: Http;
  userId: string;
  identity: Pick<Identity, "inName">;
}

/**
 * Adds the rows to their results. `entries` are what was pushed. A result whose row could not be read keeps `serverOmitted`: its entry is sent again,
 * and the first conflict of an answer always has its row.
 */
export async function readOmittedRows(
  { results }: SyncResponse,
  entries: readonly { collection: string }[],
  { http, userId, identity }: Parts,
  signal: AbortSignal,
): Promise<void> {
  const omitted = [...results.entries()].filter(([, { serverOmitted }]) => serverOmitted).slice(0, MAX_ROWS);
  for (const [index, result] of omitted) {
    const query = { collection: entries[index]?.collection ?? "", key: result.key };
    const outcome = await identity.inName(userId, () => fetchRow(http, query, signal));
    if (outcome?.kind !== "ok") return;
    result.server = outcome.data;
    result.serverOmitted = false;
  }
}

/** One row as the server has it now. */
function fetchRow(http: Http, query: SyncRowData["query"], signal: AbortSignal): Promise<Outcome<SyncChange>> {
  const accepts = (data: unknown): data is SyncChange =>
    typeof data === "object" && data !== null && "revision" in data;
  return http.call({ method: "GET", url: "/api/sync/row", query }, { signal, accepts, json: EXACT_JSON });
}
