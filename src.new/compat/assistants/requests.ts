// The requests for assistants of others, with retries.

import { OfflineError } from "../../errors";
import { Http } from "../../http/client";
import { errorOf } from "../../http/error-of";
import type { Outcome } from "../../http/outcome";
import type { AssistantsApi } from "../../kinds/assistants/api";
import type { Assistant, Landfall } from "../../types";
import type { AssistantPage } from "../../types/wire";

/** Retries after an attempt that failed for a reason that passes, and their delays (the specification's figures). */
export const MAX_RETRIES = 3;
const delayMs = (retry: number) => 1_000 * 2 ** (retry - 1);

export class AssistantRequests {
  readonly #api: AssistantsApi;
  readonly #connectivity: Landfall["connectivity"];
  readonly #http: Http;
  readonly #failed: (attempt: number) => void;

  /** `failed` is called with the number of each attempt that is retried. */
  constructor(api: AssistantsApi, { connectivity }: Pick<Landfall, "connectivity">, failed: (attempt: number) => void) {
    this.#api = api;
    this.#connectivity = connectivity;
    this.#http = new Http(api.parts.options, api.parts.clock);
    this.#failed = failed;
  }

  /** Throws OfflineError, or LandfallError with the server's code. */
  list(query: Readonly<Record<string, string | number>>): Promise<AssistantPage> {
    return this.#get("/api/assistants", query, isPage);
  }

  /** Throws like `list`. */
  assistant(id: string): Promise<Assistant> {
    return this.#get(`/api/assistants/${encodeURIComponent(id)}`, {}, isAssistant);
  }

  async #get<T>(
    url: string,
    query: Readonly<Record<string, string | number>>,
    accepts: (data: unknown) => data is T,
  ): Promise<T> {
    const { source, clock } = this.#api.parts;
    const { userId } = await source.required();
    const http = this.#http.inNameOf(userId);
    for (let retry = 1; ; retry += 1) {
      if (!this.#connectivity.status.get().online) throw new OfflineError();
      const outcome = await http.call({ method: "GET", url, query }, { accepts });
      if (outcome.kind === "ok") return outcome.data;
      if (!passes(outcome) || retry > MAX_RETRIES) throw errorOf(outcome);
      this.#failed(retry);
      await new Promise<void>((resolve) => clock.after(delayMs(retry), resolve));
    }
  }
}

/** Whether the same request may succeed later. */
function passes({ kind }: Outcome<unknown>): boolean {
  return kind === "unreachable" || kind === "timeout" || kind === "fault" || kind === "busy";
}

function isPage(data: unknown): data is AssistantPage {
  const { data: rows, pagination } = (data ?? {}) as Partial<AssistantPage>;
  return Array.isArray(rows) && typeof pagination === "object";
}

function isAssistant(data: unknown): data is Assistant {
  return typeof (data as Partial<Assistant> | null)?.id === "string";
}
