// Assistants: what users offer each other in the market.

import type { Collection, PutOptions } from "./collections";
import type { Observable } from "./observable";
import type { Assistant } from "./wire";

export type { Assistant };

/** What the owner sets. Members that are left out stay as they are. */
export interface AssistantChanges {
  /** 1 to 100 characters. */
  title?: string;
  /** 1 to 200 characters. */
  desc?: string;
  /** 1 to 2000 characters. */
  prompt?: string;
  /** At most 10 UTF-16 units. Default: 🤖. */
  emoji?: string;
  /** At most 10, each of 1 to 50 characters. */
  tags?: string[];
  /** At most 10, each of 1 to 50 characters. */
  category?: string[];
  /** Whether others may read it once it is published. Default: false. */
  isPublic?: boolean;
  /** "pending" asks for a review. Reviewers set the other two. Default: "draft". */
  status?: "draft" | "pending";
}

/** A new assistant. */
export interface NewAssistant extends AssistantChanges {
  title: string;
  desc: string;
  prompt: string;
}

/** An assistant of this user. */
export interface AssistantInput extends Omit<AssistantChanges, "status"> {
  /** A nanoid of 21 characters. */
  id: string;
  status?: Assistant["status"];
}

/** An unsent change that was given up, since another device had changed the assistant. The row is the server's by then. */
export interface AssistantConflict {
  id: string;
  /** What both sides were made from; `null` where this device doesn't know it. */
  base: Assistant | null;
  /** The row as it was on this device; `null` for a delete. */
  mine: Assistant | null;
  /** The row at the server; `null` if it is deleted there. */
  theirs: Assistant | null;
  /** RFC 3339 UTC. */
  since: string;
}

/** The user's own assistants. Those of others are read from the server (`@landfall/client/assistants`). */
export interface Assistants extends Omit<Collection<Assistant>, "put" | "putMany" | "update" | "updateMany"> {
  /**
   * Stores a new assistant. Its `id` is final at once. Its `tempId`, "pending-{milliseconds}-{random}", names the create, so that a repeat makes no
   * second one.
   *
   * @example
   * const { id } = await landfall.assistants.create({ title: "Tide tables", desc: "Reads tide tables.", prompt: "You read tide tables." });
   */
  create(input: NewAssistant): Promise<Assistant>;
  /** Stores an assistant that this client handed out, or a copy of it, or creates it under the given id. Members that the server sets stay as they are. */
  put(input: AssistantInput, options?: PutOptions): Promise<Assistant>;
  /** Changes the named members of the assistant as it is now. Rejects with code `not_found`. */
  update(id: string, changes: AssistantChanges): Promise<Assistant>;
  /** Deleted assistants that this device can restore, as they were. */
  listDeleted(): Promise<Assistant[]>;
  /** Restores a deleted assistant. Rejects with code `not_found`. */
  restore(id: string): Promise<Assistant>;
  /**
   * Changes of this device that were given up in a conflict, both sides of each, the oldest first; `undefined` until first read. They stay until they
   * are dismissed.
   *
   * @example
   * for (const { id, mine } of conflicts) if (mine && (await wantsMine(id))) await landfall.assistants.update(id, { prompt: mine.prompt });
   */
  conflicts(): Observable<AssistantConflict[] | undefined>;
  /** Forgets the conflicts of an assistant. */
  dismissConflicts(id: string): Promise<void>;
}
