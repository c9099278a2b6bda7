// Turns an error into one sentence for users.
import { LandfallError } from "@landfall/client";

/** The messages of the client's errors are written for users. Any other error is a bug of this app. */
export function errorText(error: unknown): string {
  if (error instanceof LandfallError) return error.message;
  return `That went wrong in this app: ${error instanceof Error ? error.message : String(error)}`;
}
