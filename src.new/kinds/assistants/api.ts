// `landfall.assistants`: rows with an id that is final at once, and the conflicts in which the server's row has won.

import { liveOf } from "../../store/live";
import type { Row } from "../../store/tables";
import type { Observable } from "../../types/observable";
import type { FaceParts } from "../module";
import { RestorableCollection } from "../restorable-collection";
import { ASSISTANTS, CONFLICTS } from "./descriptor";

export class AssistantsApi extends RestorableCollection {
  /** For the face of the market (compat/assistants). */
  readonly parts: FaceParts;

  constructor(parts: FaceParts) {
    super(parts.source, parts.clock, ASSISTANTS, (edits) => edits.assistantWrites);
    this.parts = parts;
  }

  create(input: Row): Promise<Row> {
    return this.edit((edits, db, kind, now) => edits.createAssistant(db, kind, input, now));
  }

  conflicts(): Observable<Row[] | undefined> {
    return liveOf(this.parts.source, { key: [CONFLICTS], query: ({ db }) => db.table(CONFLICTS).toArray() });
  }

  async dismissConflicts(id: string): Promise<void> {
    await this.write((db) => db.table(CONFLICTS).where("id").equals(id).delete());
  }
}
