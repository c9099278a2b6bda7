// What can be known before queueing: input that the server would refuse for ever is refused here, and text that it could not store is cleaned.
// Pure; it knows the contract's limits and no table.

import { InvalidInputError } from "../errors";
import { cleanJson, cleanText, isPlainObject } from "../rows/check";
import type { MessageRole, Metadata, NewChatMessage, NewChatSession } from "../types";

const MAX_TITLE_CHARS = 200;
const MAX_CONTENT_CHARS = 1_000_000;
/** Metadata of one row as JSON. Together with the longest content it stays below the server's body limit of 8 MiB. */
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

export function checkText(pointer: string, text: unknown, max: number): string {
  if (typeof text !== "string" || text.length === 0) throw new InvalidInputError(pointer, "It must not be empty.");
  // Characters as the server counts them: an emoji is one, though it has two UTF-16 units.
  const tooLong = text.length > max && (text.length > 2 * max || [...text].length > max);
  if (tooLong) throw new InvalidInputError(pointer, `It has more than ${max.toLocaleString("en")} characters.`);
  return cleanText(text);
}

function checkMetadata(metadata: Metadata | null): Metadata | null {
  if (metadata === null) return null;
  if (!isPlainObject(metadata)) throw new InvalidInputError("/metadata", "It must be an object.");
  const cleaned = cleanJson("/metadata", metadata, 1) as Metadata;
  if (JSON.stringify(cleaned).length > MAX_METADATA_CHARS)
    throw new InvalidInputError("/metadata", "It is larger than 256 KiB.");
  return cleaned;
}
