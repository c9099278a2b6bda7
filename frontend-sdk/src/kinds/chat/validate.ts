// Checks the input of chat: what the server would always refuse is refused here. Pure.

import { InvalidInputError } from "../../errors";
import { checkText, cleanJson, cleanText, isPlainObject } from "../../store/validate";
import type { MessageRole, Metadata, NewChatMessage, NewChatSession } from "../../types/chat";

const MAX_TITLE_CHARS = 200;
const MAX_CONTENT_CHARS = 1_000_000;
/** Of one row, as JSON. With the longest content it stays below the server's limit of 8 MiB for a body. */
const MAX_METADATA_CHARS = 256 * 1024;
const ROLES: readonly MessageRole[] = ["user", "assistant", "system", "tool"];

export function checkTitle(title: unknown): string {
  return checkText("/title", title, MAX_TITLE_CHARS);
}

export function checkNewSession(input: NewChatSession): Required<NewChatSession> {
  const { projectId = null, metadata = null } = input;
  if (projectId !== null && (typeof projectId !== "string" || projectId.length < 1 || projectId.length > 128)) {
    throw new InvalidInputError("/projectId", "A project's id has 1 to 128 characters.");
  }
  return {
    title: checkTitle(input.title),
    projectId: projectId && cleanText(projectId),
    metadata: checkMetadata(metadata),
  };
}

export function checkNewMessage(input: NewChatMessage): Required<NewChatMessage> {
  if (!ROLES.includes(input.role)) {
    throw new InvalidInputError("/role", `The role must be one of ${ROLES.join(", ")}.`);
  }
  return {
    role: input.role,
    content: checkText("/content", input.content, MAX_CONTENT_CHARS),
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
