// Turns whatever was thrown into one sentence for people. It must not decide what happens next.
import { LandfallError } from "@landfall/client";

/** The client's own errors are written for people; anything else is a fault of this app and is named as one. */
export function explain(error: unknown): string {
  if (error instanceof LandfallError) return error.message;
  return `That went wrong in this app: ${error instanceof Error ? error.message : String(error)}`;
}
