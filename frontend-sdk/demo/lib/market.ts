// The services of the assistant market for the page's client. They are created when the assistants are opened first.
import type { Landfall } from "@landfall/client";
import { type AssistantMarket, createAssistantMarket, type Logger } from "@landfall/client/assistants";
import { useLandfall } from "@landfall/client/react";

const markets = new WeakMap<Landfall, AssistantMarket>();

const logger: Logger = {
  // biome-ignore lint/suspicious/noConsole: the browser's console shows the log of the market.
  info: (line) => console.info(line),
  warn: (line) => console.warn(line),
  // A failed attempt is repeated, so that it is no error of the page.
  error: (line) => console.warn(line),
};

/** The same services at each call. */
export function useMarket(): AssistantMarket {
  const landfall = useLandfall();
  const known = markets.get(landfall);
  if (known) return known;
  const market = createAssistantMarket(landfall, { logger });
  markets.set(landfall, market);
  return market;
}
