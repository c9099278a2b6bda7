// Applies one mutation of a push. An error of the mutation becomes its result and not an error of the request.

import type { Json, JsonObject } from "../json";
import { ApiError, CONFLICT, checkAll, invalid } from "./api-error";
import { deleteSession, pushSession, putMessage, type SentMessage } from "./chat";
import { deleteProject, type ProjectChanges, putProject } from "./projects";
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
  if (key.length < 1 || key.length > 128 || key.includes("\0")) {
    // The key and everything else that is wrong. Nothing is written.
    checkAll(
      () => {
        throw invalid("/key");
      },
      () => checkAside(mutation),
    );
  }
  switch (`${collection} ${op}`) {
    case "projects put": {
      checkAside(mutation);
      return placeOf(putProject(write, key, baseOf(mutation), readProject(mutation)));
    }
    case "projects delete":
      return placeOf(deleteProject(write, key, mutation.baseRevision ?? null));
    case "chatSessions put": {
      checkAll(
        () => uuidOf(key),
        () => checkAside(mutation),
      );
      const value = readObject(mutation);
      const title = optionalText(value, "title", 200) ?? write.userData.sessions.get(key)?.title ?? "New chat";
      const content = { title, projectId: optionalText(value, "projectId"), metadata: optionalObject(value) };
      return placeOf(pushSession(write, uuidOf(key), content, mutation.baseRevision ?? undefined));
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

/** Throws for a mutation that is invalid regardless of its key and of what is stored. */
function checkAside(mutation: Mutation): void {
  const { collection, op, key } = mutation;
  if (collection === "chatMessages" && op === "delete") throw invalid("/op");
  if (op === "put") checkAll(...checksOf(mutation, key));
}

function checksOf(mutation: Mutation, key: string): (() => unknown)[] {
  const { collection } = mutation;
  const definition = SOURCES.includes(collection) ? findCollection(collection) : undefined;
  const base = () => baseOf(mutation);
  if (collection === "chatMessages") return [() => readMessage(readObject(mutation), key)];
  if (collection === "projects") return [() => readProject(mutation), base];
  if (definition) return [() => checkValue(definition, key, given(mutation)), base];
  if (collection !== "chatSessions") return [];
  const value = readObject(mutation);
  return [
    () => mutation.baseRevision == null || baseOf(mutation),
    () => closed(value, ["id", "title", "projectId", "metadata"]),
    () => optionalText(value, "title", 200),
    () => optionalText(value, "projectId"),
  ];
}

/** Reads the message of a mutation. `key` is the UUID to store it under, or its temporary id. */
export function readMessage(value: JsonObject, key: string | null): SentMessage {
  closed(value, ["id", "tempId", "sessionId", "role", "content", "createdAt", "metadata"]);
  const given = key ?? (typeof value.id === "string" ? value.id : null);
  const id = given !== null && isUuid(given) ? given : null;
  const own = typeof value.tempId === "string" ? value.tempId : null;
  checkAll(
    () => {
      if (!isUuid(text(value, "sessionId", 1, 128))) throw invalid("/value/sessionId", "invalid_type");
    },
    () => {
      if (!ROLES.includes(text(value, "role", 1, 20))) throw invalid("/value/role", "invalid_type");
    },
    () => text(value, "content", 0, 1_000_000),
    () => text(value, "createdAt", 1, 40),
  );
  return {
    id,
    // The mutation's key takes precedence over the value's temporary id.
    tempId: id === null && key !== null ? key : (own ?? (id === null ? given : null)),
    sessionId: text(value, "sessionId", 1, 128),
    role: text(value, "role", 1, 20),
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
  const isKnown = SOURCES.includes(collection) && !write.unknown.includes(collection);
  const definition = isKnown ? findCollection(collection) : undefined;
  if (!definition) {
    const error = { pointer: "/collection", code: "unknown_collection", detail: "not known" };
    throw new ApiError("unknown_collection", [error]);
  }
  if (op === "delete") return placeOf(deleteRecord(write, definition, key, mutation.baseRevision ?? null));
  checkAside(mutation);
  const value = checkValue(definition, key, given(mutation));
  return placeOf(putRecord(write, definition, key, baseOf(mutation), value));
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

function given({ value }: Mutation): Json {
  if (value === undefined || value === null) throw invalid("/value");
  return value;
}

function readObject(mutation: Mutation): JsonObject {
  const value = given(mutation);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid("/value", "invalid_type");
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

function optionalText(value: JsonObject, member: string, max = 128): string | null {
  return value[member] === undefined || value[member] === null ? null : text(value, member, 1, max);
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
