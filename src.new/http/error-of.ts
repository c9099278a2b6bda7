// The error of a call that needed an answer.

import { LandfallError, OfflineError } from "../errors";
import type { Outcome } from "./outcome";

/** The error for a caller that needed an answer. */
export function errorOf(outcome: Exclude<Outcome<unknown>, { kind: "ok" }>): LandfallError {
  switch (outcome.kind) {
    case "unreachable":
    case "timeout":
      return new OfflineError();
    case "refused":
      return new LandfallError(outcome.refusal.code, outcome.refusal.reason);
    case "unchanged":
      return new LandfallError("fault", "The server's answer could not be understood.");
    default:
      return new LandfallError((outcome.kind === "forbidden" && outcome.code) || outcome.kind, outcome.reason);
  }
}
