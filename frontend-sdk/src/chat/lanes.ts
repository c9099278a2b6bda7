// The names under which chat's writes stand in the queue.

export const SESSIONS = "chatSessions";
export const MESSAGES = "chatMessages";

/** A session's own writes. */
export function sessionLane(sessionId: string): string {
  return `${SESSIONS}:${sessionId}`;
}

/** A session's messages: one batch per session. */
export function messageLane(sessionId: string): string {
  return `${MESSAGES}:${sessionId}`;
}
