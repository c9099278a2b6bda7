// Writes of collection rows, by the declaration of each collection. It names no collection.

import type { Json, JsonObject } from "../json";
import { ApiError, CONFLICT, checkAll, invalid } from "./api-error";
import { COLLECTIONS, type Definition } from "./registry";
import { type RecordRow, sameJson, type Write } from "./user-data";

const MAX_ID_CHARS = 128;

/** Throws for a value that is invalid regardless of other rows. */
export function checkValue(definition: Definition, id: string, value: Json): JsonObject {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid("/value", "invalid_type");
  checkAll(
    ...definition.required.map(({ member, type }) => () => {
      if (!(member in value)) throw invalid(`/value/${member}`, "missing_member");
      const given = value[member];
      if (type === "string" && typeof given !== "string") throw invalid(`/value/${member}`, "invalid_type");
      if (type === "integer" && !Number.isInteger(given)) throw invalid(`/value/${member}`, "invalid_type");
    }),
  );
  checkAll(
    () => {
      const own = value[definition.primaryKey];
      if (typeof own === "string" && own !== id) throw invalid(`/value/${definition.primaryKey}`);
    },
    ...definition.references.map(
      ({ member }) =>
        () =>
          checkLength(`/value/${member}`, value[member], MAX_ID_CHARS),
    ),
    ...definition.unique.map((member) => () => checkLength(`/value/${member}`, value[member], 200)),
  );
  return value;
}

export function putRecord(
  write: Write,
  definition: Definition,
  id: string,
  base: number,
  asked: JsonObject,
): RecordRow | typeof CONFLICT {
  const rows = rowsOf(write, definition.name);
  const stored = rows.get(id);
  if (base !== (stored?.revision ?? 0)) return CONFLICT;
  const value = withoutDeletedReferences(write, definition, asked);
  if (stored && !stored.deletedAt && sameJson(stored.value, value)) return stored;
  for (const { member, collection, required } of definition.references) {
    const target = value[member];
    if (!required || typeof target !== "string") continue;
    const other = rowsOf(write, collection).get(target);
    if (!other || other.deletedAt) throw invalid(`/value/${member}`, "unknown_reference");
  }
  const nameConflict = findNameConflict(write, definition, id, value);
  if (nameConflict) {
    const errors = definition.unique.map((member) => ({
      pointer: `/value/${member}`,
      code: "duplicate_name",
      detail: "another row has this",
    }));
    throw new ApiError("duplicate_name", errors, { server: onTheWire(nameConflict) });
  }
  const revision = (stored?.revision ?? 0) + 1;
  const row: RecordRow = { id, value, revision, version: write.stamp, updatedAt: write.now };
  rows.set(id, row);
  write.released?.delete(id);
  write.changed = true;
  return row;
}

export function deleteRecord(
  write: Write,
  definition: Definition,
  id: string,
  base: number | null,
): RecordRow | typeof CONFLICT {
  const stored = rowsOf(write, definition.name).get(id);
  if (!stored) throw new ApiError("not_found");
  if (stored.deletedAt) return stored;
  if (base !== null && base !== stored.revision) return CONFLICT;
  softDelete(write, stored);
  unlinkDeleted(write, definition.name, new Set([id]));
  return stored;
}

/**
 * Applies the references to the deleted rows `ids` of collection `name`: it deletes or unlinks the referring rows, also
 * of the rows that it deletes.
 */
export function unlinkDeleted(write: Write, name: string, ids: ReadonlySet<string>): void {
  for (const definition of COLLECTIONS) {
    for (const reference of definition.references) {
      if (reference.collection !== name) continue;
      const referring = [...rowsOf(write, definition.name).values()].filter(
        (row) => !row.deletedAt && ids.has(row.value[reference.member] as string),
      );
      if (reference.onDelete === "unlink") {
        for (const row of referring) {
          row.value = { ...row.value, [reference.member]: null };
          change(write, row);
        }
      } else {
        for (const row of referring) softDelete(write, row);
        if (referring.length > 0) unlinkDeleted(write, definition.name, new Set(referring.map((row) => row.id)));
      }
    }
  }
}

/** A row as a single read returns it. */
export function onTheWire(row: RecordRow): JsonObject {
  const { id, value, revision, updatedAt, deletedAt } = row;
  return { id, value, revision, updatedAt, ...(deletedAt && { deletedAt }) };
}

export function rowsOf(write: Pick<Write, "userData">, collection: string): Map<string, RecordRow> {
  const known = write.userData.records.get(collection);
  if (known) return known;
  const rows = new Map<string, RecordRow>();
  write.userData.records.set(collection, rows);
  return rows;
}

/** The value without links to deleted rows. An unknown target is allowed, because it may arrive later. */
function withoutDeletedReferences(write: Write, { references }: Definition, value: JsonObject): JsonObject {
  const deleted = references.filter(({ member, collection, onDelete }) => {
    const target = value[member];
    if (onDelete !== "unlink" || typeof target !== "string") return false;
    const rows = collection === "projects" ? write.userData.projects : rowsOf(write, collection);
    return rows.get(target)?.deletedAt !== undefined;
  });
  return { ...value, ...Object.fromEntries(deleted.map(({ member }) => [member, null])) };
}

function findNameConflict(write: Write, definition: Definition, id: string, value: JsonObject): RecordRow | undefined {
  const name = nameOf(definition, value);
  if (name === null) return undefined;
  return [...rowsOf(write, definition.name).values()].find(
    (row) => row.id !== id && !row.deletedAt && !write.released?.has(row.id) && nameOf(definition, row.value) === name,
  );
}

function nameOf({ unique }: Definition, value: JsonObject): string | null {
  const texts = unique.map((member) => value[member]);
  return texts.length > 0 && texts.every((text) => typeof text === "string") ? JSON.stringify(texts) : null;
}

function softDelete(write: Write, row: RecordRow): void {
  change(write, row);
  row.deletedAt = write.now;
}

function change(write: Write, row: RecordRow): void {
  row.revision += 1;
  row.version = write.stamp;
  row.updatedAt = write.now;
  write.changed = true;
}

function checkLength(pointer: string, value: Json | undefined, max: number): void {
  if (typeof value !== "string") return;
  if (value.length < 1) throw invalid(pointer, "too_short");
  if (value.length > max) throw invalid(pointer, "too_long");
}
