// Applies one mutation of a push. An error of the mutation becomes its result and not an error of the request.

import type { Json, JsonObject } from "../json";
import { ApiError, invalid } from "./api-error";
import { deleteSession, putMessage, putSession, type SentMessage } from "./chat";
import { CONFLICT, deleteProject, type ProjectChanges, putProject } from "./projects";
import { checkValue, deleteRecord, putRecord } from "./records";
import { findCollection, SOURCES } from "./registry";
import type { Write } from "./user-data";

export interface Mutation {
  id: number;
  collection: string;
  op: "put" | "delete";
  key: string;
  baseRevision?: number | null;
  value?: Json;
}

/** The stored row's key and revision. */
export interface Applied {
  key: string;
  revision: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ROLES: readonly unknown[] = ["user", "assistant", "system", "tool"];

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Applies the mutation. Returns `CONFLICT` if another revision is stored. Throws an `ApiError` for a mutation that can
 * never succeed.
 */
export function applyMutation(write: Write, mutation: Mutation): Applied | typeof CONFLICT {
  const { collection, op, key } = mutation;
  if (key.length < 1 || key.length > 128 || key.includes("\0")) throw invalid("/key");
  switch (`${collection} ${op}`) {
    case "projects put": {
      const changes = readProject(mutation);
      return placeOf(putProject(write, key, baseOf(mutation), changes));
    }
    case "projects delete":
      return placeOf(deleteProject(write, key, mutation.baseRevision ?? null));
    case "chatSessions put": {
      const value = readObject(mutation);
      closed(value, ["id", "title", "projectId", "metadata"]);
      const title = text(value, "title", 1, 200);
      const content = { title, projectId: optionalText(value, "projectId"), metadata: optionalObject(value) };
      return placeOf(putSession(write, uuidOf(key), content, "/key"));
    }
    case "chatSessions delete":
      return placeOf(deleteSession(write, uuidOf(key)));
    case "chatMessages put":
      return placeOf(putMessage(write, readMessage(readObject(mutation), key), "/value", "/key"));
    case "chatMessages delete":
      throw invalid("/op");
    default:
      return applyToRecord(write, mutation);
  }
}

/** Reads the message of a mutation. `key` is the UUID to store it under, or its temporary id. */
export function readMessage(value: JsonObject, key: string | null): SentMessage {
  closed(value, ["id", "tempId", "sessionId", "role", "content", "createdAt", "metadata"]);
  const given = key ?? (typeof value.id === "string" ? value.id : null);
  const id = given !== null && isUuid(given) ? given : null;
  const own = typeof value.tempId === "string" ? value.tempId : null;
  const sessionId = text(value, "sessionId", 1, 128);
  if (!isUuid(sessionId)) throw invalid("/value/sessionId", "invalid_type");
  const role = text(value, "role", 1, 20);
  if (!ROLES.includes(role)) throw invalid("/value/role", "invalid_type");
  return {
    id,
    // The mutation's key takes precedence over the value's temporary id.
    tempId: id === null && key !== null ? key : (own ?? (id === null ? given : null)),
    sessionId,
    role,
    content: text(value, "content", 0, 1_000_000),
    metadata: optionalObject(value),
    createdAt: text(value, "createdAt", 1, 40),
  };
}

/** Whether a mutation of a collection row is valid regardless of other rows. Others count as valid. */
export function isValid(mutation: Mutation): boolean {
  const { collection, op, key, value } = mutation;
  const definition = SOURCES.includes(collection) ? findCollection(collection) : undefined;
  if (!definition || op === "delete") return true;
  try {
    baseOf(mutation);
    checkValue(definition, key, value ?? null);
    return true;
  } catch {
    return false;
  }
}

function applyToRecord(write: Write, mutation: Mutation): Applied | typeof CONFLICT {
  const { collection, op, key } = mutation;
  const definition = SOURCES.includes(collection) ? findCollection(collection) : undefined;
  if (!definition) {
    const error = { pointer: "/collection", code: "unknown_collection", detail: "not known" };
    throw new ApiError("unknown_collection", [error]);
  }
  if (op === "delete") return placeOf(deleteRecord(write, definition, key, mutation.baseRevision ?? null));
  if (mutation.value === undefined || mutation.value === null) throw invalid("/value");
  const base = baseOf(mutation);
  return placeOf(putRecord(write, definition, key, base, checkValue(definition, key, mutation.value)));
}

function placeOf(row: { id: string; revision: number } | typeof CONFLICT): Applied | typeof CONFLICT {
  return row === CONFLICT ? row : { key: row.id, revision: row.revision };
}

function readProject(mutation: Mutation): ProjectChanges {
  const value = readObject(mutation);
  const members = ["name", "data", "baseRevision", "parentId", "thumbnailAssetId", "clientUpdatedAt", "mutationId"];
  closed(value, members);
  if (value.name !== undefined && value.name !== null) text(value, "name", 1, 200);
  const { name, data, parentId, thumbnailAssetId, clientUpdatedAt } = value;
  return {
    ...(typeof name === "string" && { name }),
    ...(data !== undefined && { data: data as JsonObject | null }),
    ...(parentId !== undefined && { parentId: parentId as string | null }),
    ...(thumbnailAssetId !== undefined && { thumbnailAssetId: thumbnailAssetId as string | null }),
    ...(typeof clientUpdatedAt === "string" && { clientUpdatedAt }),
  };
}

function readObject({ value }: Mutation): JsonObject {
  if (value === undefined || value === null) throw invalid("/value");
  if (typeof value !== "object" || Array.isArray(value)) throw invalid("/value", "invalid_type");
  return value;
}

function closed(value: JsonObject, members: readonly string[]): void {
  const unknown = Object.keys(value).find((member) => !members.includes(member));
  if (unknown !== undefined) throw invalid(`/value/${unknown}`, "unknown_member");
}

function text(value: JsonObject, member: string, min: number, max: number): string {
  const given = value[member];
  const pointer = `/value/${member}`;
  if (given === undefined) throw invalid(pointer, "missing_member");
  if (typeof given !== "string") throw invalid(pointer, "invalid_type");
  if (given.length < min) throw invalid(pointer, "too_short");
  if (given.length > max) throw invalid(pointer, "too_long");
  return given;
}

function optionalText(value: JsonObject, member: string): string | null {
  return value[member] === undefined || value[member] === null ? null : text(value, member, 1, 128);
}

function optionalObject({ metadata }: JsonObject): JsonObject | null {
  return metadata === undefined || metadata === null ? null : (metadata as JsonObject);
}

function baseOf({ baseRevision }: Mutation): number {
  if (typeof baseRevision !== "number" || baseRevision < 0) throw invalid("/baseRevision");
  return baseRevision;
}

function uuidOf(key: string): string {
  if (!isUuid(key)) throw invalid("/key");
  return key;
}
