// The name under which a session's messages stand in the queue: they share the pause after typing.

import { MESSAGES } from "../rows/definition";

export function messageLane(sessionId: string): string {
  return `${MESSAGES}:${sessionId}`;
}
