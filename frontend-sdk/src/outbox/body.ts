// From a row to what the server is told of it. It knows the bodies of the collections that have one of their own.

import type { UserDatabase } from "../db/database";
import type { MutationBody, OutboxEntry, Row } from "../db/device-tables";
import { ASSETS, type Definition, MESSAGES, PROJECTS, SESSIONS } from "../rows/definition";
import { changedMembers } from "../rows/merge";
import { stateOf } from "../rows/state";

/** What an entry says as its row stands now; `undefined` when the row is gone and there is nothing to say. */
export async function bodyOf(
  db: UserDatabase,
  definition: Definition,
  { key, op }: OutboxEntry,
): Promise<MutationBody | undefined> {
  const state = await stateOf(db, definition, key);
  const base = definition.versioned ? { baseRevision: state.revision } : {};
  if (op === "delete") return base;
  const row = await db.rows(definition).get(key);
  return row && { ...base, value: contentOf(definition, row, state.base) };
}

function contentOf(definition: Definition, row: Row, base: Row | null | undefined): Row {
  switch (definition.name) {
    case MESSAGES: {
      const { tempId, sessionId, role, content, createdAt, metadata } = row;
      return { ...(tempId ? { tempId } : {}), sessionId, role, content, createdAt, ...(metadata ? { metadata } : {}) };
    }
    case SESSIONS: {
      const { title, projectId, metadata } = row;
      return { title, projectId, metadata };
    }
    case PROJECTS: {
      // What is left out stays as it is: a new name needn't carry a document of megabytes.
      const changed = changedMembers(definition, base, row).filter((member) => member !== "id");
      const { clientUpdatedAt } = row;
      return {
        ...Object.fromEntries(changed.map((member) => [member, row[member] ?? null])),
        ...(clientUpdatedAt ? { clientUpdatedAt } : {}),
      };
    }
    case ASSETS: {
      const { fileName, projectId, width, height } = row;
      return { fileName, projectId, width, height };
    }
    default: {
      const { [definition.key]: _key, ...value } = row;
      return value;
    }
  }
}
