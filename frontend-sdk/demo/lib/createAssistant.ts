// A new assistant is on screen as soon as this device has it. Its way to the server goes on after that.
import type { Landfall, NewAssistant } from "@landfall/client";
import type { AssistantMarket } from "@landfall/client/assistants";

/**
 * Resolves when the assistant is on this device. Rejects if its members are wrong. `onRefused` is called if the server
 * refuses it later. Nothing of it stays then.
 */
export async function createAssistant(
  { assistants }: Landfall,
  { assistantApiClient }: AssistantMarket,
  input: NewAssistant,
  onRefused: (error: unknown) => void,
): Promise<void> {
  const known = new Set((await assistants.list()).map(({ id }) => id));
  let unsubscribe = () => {};
  const isHere = new Promise<"here">((resolve) => {
    unsubscribe = assistants.all().subscribe((rows) => {
      if (rows?.some(({ id }) => !known.has(id))) resolve("here");
    });
  });
  const sent = assistantApiClient.create(input);
  try {
    await Promise.race([sent, isHere]);
    sent.catch(onRefused);
  } finally {
    unsubscribe();
  }
}
