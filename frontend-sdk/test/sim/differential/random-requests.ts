// Random valid and invalid requests of devices. They refer to rows that earlier requests made.

import type { Json, JsonObject } from "../json";
import type { Rng } from "../rng";

export interface TestRequest {
  method: string;
  path: string;
  body?: JsonObject;
  /** The index of the cursor to send, among the cursors received so far. Each server gives its own. */
  cursor?: number;
}

const RECORDS = ["settings", "tags", "rules", "tagRuleLinks", "conversations", "interactions", "syncRepos"] as const;
type Table = "projects" | "chatSessions" | "chatMessages" | (typeof RECORDS)[number];

/** The number of ids. It is small, so that most requests use an id again. */
const IDS = 4;

export class RandomRequests {
  readonly #rng: Rng;
  readonly #sessions: string[];
  readonly #clients = [0, 0];
  readonly #sent: TestRequest[] = [];
  /** The number of cursors received so far. */
  cursors = 0;
  /** Revisions by `collection/key`, from the last answers. */
  readonly revisions = new Map<string, number>();

  constructor(rng: Rng) {
    this.#rng = rng;
    this.#sessions = Array.from({ length: IDS }, () => rng.uuid());
  }

  next(): TestRequest {
    const rng = this.#rng;
    const kind = rng.weighted({ push: 60, again: 8, changes: 14, init: 4, rest: 14 });
    if (kind === "again" && this.#sent.length > 0) return rng.pick(this.#sent.slice(-3));
    if (kind === "changes") return this.#changes();
    if (kind === "init") return { method: "GET", path: `/api/sync/init?messageLimit=${1 + rng.below(5)}` };
    if (kind === "rest") return this.#rest();
    return this.#push();
  }

  #push(): TestRequest {
    const rng = this.#rng;
    const client = rng.below(this.#clients.length);
    const count = rng.below(6);
    // Most requests continue after the last one. Some repeat a part, and a few leave a gap.
    const answered = this.#clients[client] ?? 0;
    const first = Math.max(1, answered + 1 + (rng.percent(6) ? rng.pick([-1, -2, 1]) : 0));
    const mutations = Array.from({ length: count }, (_, index) => this.#mutation(first + index));
    if (first <= answered + 1 && count > 0) this.#clients[client] = Math.max(answered, first + count - 1);
    const body: JsonObject = { clientId: `client-${client}`, mutations: mutations as Json, limit: 1 + rng.below(30) };
    if (rng.percent(15)) body.collections = [rng.pick(RECORDS), "chatMessages", ...(rng.percent(20) ? ["none"] : [])];
    const request = { method: "POST", path: "/api/sync", body, ...this.#someCursor() };
    this.#sent.push(request);
    return request;
  }

  #changes(): TestRequest {
    const rng = this.#rng;
    const some = rng.percent(30) ? `&collections=${rng.pick(RECORDS)},projects` : "";
    return { method: "GET", path: `/api/sync/changes?limit=${1 + rng.below(20)}${some}`, ...this.#someCursor() };
  }

  #someCursor(): { cursor?: number } {
    return this.cursors > 0 && this.#rng.percent(85)
      ? { cursor: this.cursors - 1 - this.#rng.below(Math.min(3, this.cursors)) }
      : {};
  }

  #mutation(id: number): JsonObject {
    const rng = this.#rng;
    const collection = rng.pick<Table>([
      "projects",
      "projects",
      "chatSessions",
      "chatMessages",
      "chatMessages",
      ...RECORDS,
    ]);
    const op = rng.percent(collection === "chatMessages" ? 2 : 25) ? "delete" : "put";
    const key = this.#key(collection);
    const base = this.#base(collection, key);
    const given = op === "put" ? rng.percent(97) : rng.percent(50);
    return {
      id,
      collection,
      op,
      key,
      ...(collection !== "chatMessages" && given && { baseRevision: base }),
      ...(op === "put" && { value: this.#value(collection) }),
    };
  }

  #key(collection: Table): string {
    const rng = this.#rng;
    if (rng.percent(1)) return rng.pick(["", "x".repeat(129)]);
    if (collection === "chatSessions") return rng.percent(2) ? "nouuid" : rng.pick(this.#sessions);
    if (collection === "chatMessages") return `temp-${rng.below(60)}`;
    return `${collection.toLowerCase()}${rng.below(IDS)}`;
  }

  #base(collection: string, key: string): number {
    const known = this.revisions.get(`${collection}/${key}`) ?? 0;
    return this.#rng.percent(80) ? known : this.#rng.below(4);
  }

  #value(collection: Table): JsonObject {
    const rng = this.#rng;
    const word = () => rng.pick(["harbour", "tide", "gull", "rope", "mast"]);
    const id = (table: string) => `${table.toLowerCase()}${rng.below(IDS)}`;
    if (rng.percent(3)) return {};
    switch (collection) {
      case "projects":
        return {
          ...(rng.percent(70) && { name: word() }),
          ...(rng.percent(50) && { data: rng.percent(20) ? null : { n: rng.below(3), word: word() } }),
          ...(rng.percent(40) && { parentId: rng.percent(25) ? null : id("projects") }),
          ...(rng.percent(3) && { colour: "blue" }),
        };
      case "chatSessions":
        return {
          title: rng.percent(3) ? "" : word(),
          ...(rng.percent(40) && { projectId: rng.percent(30) ? null : id("projects") }),
          ...(rng.percent(30) && { metadata: { n: rng.below(2) } }),
        };
      case "chatMessages":
        return this.#message();
      case "settings":
        return { value: rng.pick<Json>([null, 1, "x", { a: [1] }]) };
      case "tagRuleLinks":
        return { tagId: id("tags"), ruleId: id("rules") };
      case "conversations":
        return {
          title: word(),
          ...(rng.percent(50) && { projectId: id("projects") }),
          ...(rng.percent(50) && { syncRepoId: rng.percent(30) ? null : id("syncRepos") }),
        };
      case "interactions":
        return { conversationId: id("conversations"), index: rng.below(3), mood: word() };
      case "rules":
        return { name: word(), content: word() };
      case "syncRepos":
        return { name: word(), remoteUrl: "https://example.com/r.git" };
      default:
        return { name: word(), ...(rng.percent(50) && { description: word() }) };
    }
  }

  /** The contents are few, so that a repeated temporary id means the same message or another one. */
  #message(): JsonObject {
    const rng = this.#rng;
    return {
      sessionId: rng.percent(3) ? "00000000-0000-4000-8000-000000000000" : rng.pick(this.#sessions),
      role: "user",
      content: rng.pick(["ahoy", "ahoy", "belay"]),
      createdAt: "2026-11-21T08:00:00.000Z",
    };
  }

  #rest(): TestRequest {
    const rng = this.#rng;
    const session = rng.pick(this.#sessions);
    const path = `/api/chat/sessions/${session}`;
    switch (rng.weighted({ create: 30, change: 20, delete: 10, list: 20, batch: 20 })) {
      case "create":
        return { method: "POST", path: "/api/chat/sessions", body: { id: session, title: "By REST" } };
      case "change":
        return { method: "PATCH", path, body: { title: rng.pick(["One", "Two"]) } };
      case "delete":
        return { method: "DELETE", path };
      case "list":
        return { method: "GET", path: `/api/chat/${session}/messages?limit=${1 + rng.below(9)}` };
      case "batch": {
        const messages = Array.from({ length: 1 + rng.below(3) }, (_, index) => ({
          ...this.#message(),
          tempId: `temp-${rng.below(20) * 3 + index}`,
        }));
        return { method: "POST", path: "/api/chat/messages/batch", body: { messages } };
      }
    }
  }
}
