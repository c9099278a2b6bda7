// Checks the input of chat: what the server would always refuse is refused here. Pure. Loaded on demand (kinds/edits.ts).

import { InvalidInputError } from "../../errors";
import { checkKey, checkText, cleanJson, isPlainObject } from "../../store/validate";
import type { ChatSessionChanges, MessageRole, Metadata, NewChatMessage, NewChatSession } from "../../types/chat";

const MAX_TITLE_CHARS = 200;
const MAX_CONTENT_CHARS = 1_000_000;
/** Of one row, as JSON. With the longest content it stays below the server's limit of 8 MiB for a body. */
const MAX_METADATA_CHARS = 256 * 1024;
const ROLES: readonly MessageRole[] = ["user", "assistant", "system", "tool"];

export function checkTitle(title: unknown): string {
  return checkText("/title", title, MAX_TITLE_CHARS);
}

export function checkNewSession({
  title,
  projectId = null,
  metadata = null,
}: NewChatSession): Required<NewChatSession> {
  return { title: checkTitle(title), projectId, metadata, ...checkSessionChanges({ projectId, metadata }) };
}

/** The members that are given. */
export function checkSessionChanges({ title, projectId, metadata }: ChatSessionChanges): ChatSessionChanges {
  if (projectId != null) checkKey("/projectId", projectId);
  return {
    ...(title !== undefined && { title: checkTitle(title) }),
    ...(projectId !== undefined && { projectId }),
    ...(metadata !== undefined && { metadata: checkMetadata(metadata) }),
  };
}

export function checkNewMessage(input: NewChatMessage): Required<NewChatMessage> {
  if (!ROLES.includes(input.role)) {
    throw new InvalidInputError("/role", `The role must be one of ${ROLES.join(", ")}.`);
  }
  return {
    role: input.role,
    // A message that only calls a tool has no text.
    content: input.content === "" && input.metadata ? "" : checkText("/content", input.content, MAX_CONTENT_CHARS),
    metadata: checkMetadata(input.metadata ?? null),
  };
}

function checkMetadata(metadata: Metadata | null): Metadata | null {
  if (metadata === null) return null;
  if (!isPlainObject(metadata)) throw new InvalidInputError("/metadata", "It must be an object.");
  const cleaned = cleanJson("/metadata", metadata, 1) as Metadata;
  if (JSON.stringify(cleaned).length > MAX_METADATA_CHARS)
    throw new InvalidInputError("/metadata", "It is larger than 256 KiB.");
  return cleaned;
}
