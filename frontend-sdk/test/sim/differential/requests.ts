// Random requests as devices send them, good ones and bad ones, for two servers at once. What they refer to is what earlier ones made.

import type { Json, JsonObject } from "../json";
import type { Prng } from "../prng";

export interface Question {
  method: string;
  path: string;
  body?: JsonObject;
  /** Which of the cursors that came so far stands in the place of "cursor": each server gives its own. */
  cursor?: number;
}

const RECORDS = ["settings", "tags", "rules", "tagRuleLinks", "conversations", "interactions", "syncRepos"] as const;
type Table = "projects" | "chatSessions" | "chatMessages" | (typeof RECORDS)[number];

/** The least that makes requests meet: few ids, so that most have been used before. */
const IDS = 4;

export class Requests {
  readonly #prng: Prng;
  readonly #sessions: string[];
  readonly #clients = [0, 0];
  readonly #sent: Question[] = [];
  /** How many cursors came. */
  cursors = 0;
  /** Revisions by `collection/key`, as the last answers told. */
  readonly revisions = new Map<string, number>();

  constructor(prng: Prng) {
    this.#prng = prng;
    this.#sessions = Array.from({ length: IDS }, () => prng.uuid());
  }

  next(): Question {
    const prng = this.#prng;
    const kind = prng.weighted({ push: 60, again: 8, changes: 14, init: 4, rest: 14 });
    if (kind === "again" && this.#sent.length > 0) return prng.pick(this.#sent.slice(-3));
    if (kind === "changes") return this.#changes();
    if (kind === "init") return { method: "GET", path: `/api/sync/init?messageLimit=${1 + prng.below(5)}` };
    if (kind === "rest") return this.#rest();
    return this.#push();
  }

  #push(): Question {
    const prng = this.#prng;
    const client = prng.below(this.#clients.length);
    const count = prng.below(6);
    // Most requests go on where the last ended; some are sent again in part, and a few leave a gap.
    const answered = this.#clients[client] ?? 0;
    const first = Math.max(1, answered + 1 + (prng.percent(6) ? prng.pick([-1, -2, 1]) : 0));
    const mutations = Array.from({ length: count }, (_, index) => this.#mutation(first + index));
    if (first <= answered + 1 && count > 0) this.#clients[client] = Math.max(answered, first + count - 1);
    const body: JsonObject = { clientId: `client-${client}`, mutations: mutations as Json, limit: 1 + prng.below(30) };
    if (prng.percent(15))
      body.collections = [prng.pick(RECORDS), "chatMessages", ...(prng.percent(20) ? ["none"] : [])];
    const question = { method: "POST", path: "/api/sync", body, ...this.#someCursor() };
    this.#sent.push(question);
    return question;
  }

  #changes(): Question {
    const prng = this.#prng;
    const some = prng.percent(30) ? `&collections=${prng.pick(RECORDS)},projects` : "";
    return { method: "GET", path: `/api/sync/changes?limit=${1 + prng.below(20)}${some}`, ...this.#someCursor() };
  }

  #someCursor(): { cursor?: number } {
    return this.cursors > 0 && this.#prng.percent(85)
      ? { cursor: this.cursors - 1 - this.#prng.below(Math.min(3, this.cursors)) }
      : {};
  }

  #mutation(id: number): JsonObject {
    const prng = this.#prng;
    const collection = prng.pick<Table>([
      "projects",
      "projects",
      "chatSessions",
      "chatMessages",
      "chatMessages",
      ...RECORDS,
    ]);
    const op = prng.percent(collection === "chatMessages" ? 2 : 25) ? "delete" : "put";
    const key = this.#key(collection);
    const base = this.#base(collection, key);
    const given = op === "put" ? prng.percent(97) : prng.percent(50);
    const revisioned = collection !== "chatSessions" && collection !== "chatMessages";
    return {
      id,
      collection,
      op,
      key,
      ...(revisioned && given && { baseRevision: base }),
      ...(op === "put" && { value: this.#value(collection) }),
    };
  }

  #key(collection: Table): string {
    const prng = this.#prng;
    if (prng.percent(1)) return prng.pick(["", "x".repeat(129)]);
    if (collection === "chatSessions") return prng.percent(2) ? "nouuid" : prng.pick(this.#sessions);
    if (collection === "chatMessages") return `temp-${prng.below(60)}`;
    return `${collection.toLowerCase()}${prng.below(IDS)}`;
  }

  #base(collection: string, key: string): number {
    const known = this.revisions.get(`${collection}/${key}`) ?? 0;
    return this.#prng.percent(80) ? known : this.#prng.below(4);
  }

  #value(collection: Table): JsonObject {
    const prng = this.#prng;
    const word = () => prng.pick(["harbour", "tide", "gull", "rope", "mast"]);
    const id = (table: string) => `${table.toLowerCase()}${prng.below(IDS)}`;
    if (prng.percent(3)) return {};
    switch (collection) {
      case "projects":
        return {
          ...(prng.percent(70) && { name: word() }),
          ...(prng.percent(50) && { data: prng.percent(20) ? null : { n: prng.below(3), word: word() } }),
          ...(prng.percent(40) && { parentId: prng.percent(25) ? null : id("projects") }),
          ...(prng.percent(3) && { colour: "blue" }),
        };
      case "chatSessions":
        return {
          title: prng.percent(3) ? "" : word(),
          ...(prng.percent(40) && { projectId: prng.percent(30) ? null : id("projects") }),
          ...(prng.percent(30) && { metadata: { n: prng.below(2) } }),
        };
      case "chatMessages":
        return this.#message();
      case "settings":
        return { value: prng.pick<Json>([null, 1, "x", { a: [1] }]) };
      case "tagRuleLinks":
        return { tagId: id("tags"), ruleId: id("rules") };
      case "conversations":
        return {
          title: word(),
          ...(prng.percent(50) && { projectId: id("projects") }),
          ...(prng.percent(50) && { syncRepoId: prng.percent(30) ? null : id("syncRepos") }),
        };
      case "interactions":
        return { conversationId: id("conversations"), index: prng.below(3), mood: word() };
      case "rules":
        return { name: word(), content: word() };
      case "syncRepos":
        return { name: word(), remoteUrl: "https://example.com/r.git" };
      default:
        return { name: word(), ...(prng.percent(50) && { description: word() }) };
    }
  }

  /** Few contents: sent twice under one name it is sometimes the same message and sometimes another. */
  #message(): JsonObject {
    const prng = this.#prng;
    return {
      sessionId: prng.percent(3) ? "00000000-0000-4000-8000-000000000000" : prng.pick(this.#sessions),
      role: "user",
      content: prng.pick(["ahoy", "ahoy", "belay"]),
      createdAt: "2026-11-21T08:00:00.000Z",
    };
  }

  #rest(): Question {
    const prng = this.#prng;
    const session = prng.pick(this.#sessions);
    const path = `/api/chat/sessions/${session}`;
    switch (prng.weighted({ create: 30, change: 20, delete: 10, list: 20, batch: 20 })) {
      case "create":
        return { method: "POST", path: "/api/chat/sessions", body: { id: session, title: "By REST" } };
      case "change":
        return { method: "PATCH", path, body: { title: prng.pick(["One", "Two"]) } };
      case "delete":
        return { method: "DELETE", path };
      case "list":
        return { method: "GET", path: `/api/chat/${session}/messages?limit=${1 + prng.below(9)}` };
      case "batch": {
        const messages = Array.from({ length: 1 + prng.below(3) }, (_, index) => ({
          ...this.#message(),
          tempId: `temp-${prng.below(20) * 3 + index}`,
        }));
        return { method: "POST", path: "/api/chat/messages/batch", body: { messages } };
      }
    }
  }
}
