// Makes the answers of two servers comparable: an id that a server made becomes a name, a time becomes "a time".
// Members with the server's own texts are left out.

import type { Json, JsonObject } from "../json";

/** A server's answer, as received or normalized. */
export interface ServerAnswer {
  status: number;
  body: Json;
}

const TIMES = new Set(["createdAt", "updatedAt", "deletedAt", "serverTime", "syncedAt"]);
/** Members with texts for users, and members with values of the server's own. */
const OWN = new Set([
  "detail",
  "title",
  "type",
  "instance",
  "requestId",
  "epoch",
  "cursor",
  "user",
  "limits",
  "preferences",
]);

export class Normalizer {
  /** Names of the ids that this server made, from the message's temporary id. */
  readonly #names = new Map<string, string>();

  of({ status, body }: ServerAnswer): JsonObject {
    this.#learn(body);
    // A row's title belongs to the user. A problem's title belongs to the server.
    return { status, body: this.#plain(body, status < 400 ? "row" : "problem") };
  }

  /** A message holds its temporary id beside its id. */
  #learn(body: Json): void {
    if (Array.isArray(body)) for (const item of body) this.#learn(item);
    else if (body !== null && typeof body === "object") {
      if (typeof body.tempId === "string" && typeof body.id === "string")
        this.#names.set(body.id, `id of ${body.tempId}`);
      for (const member of Object.values(body)) this.#learn(member);
    }
  }

  name(id: string, tempId: string): void {
    this.#names.set(id, `id of ${tempId}`);
  }

  #plain(value: Json, where: "row" | "problem"): Json {
    if (typeof value === "string") return this.#names.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => this.#plain(item, where));
    if (value === null || typeof value !== "object") return value;
    const members = Object.entries(value).filter(([name]) => !OWN.has(name) || (name === "title" && where === "row"));
    const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
    // The order of what is wrong with one mutation is not promised.
    const ordered = (name: string, member: Json): Json =>
      name === "errors" && Array.isArray(member) ? [...member].sort(byPointer) : member;
    return Object.fromEntries(
      sorted.map(([name, member]) => [
        name,
        TIMES.has(name) && member !== null ? "a time" : this.#plain(ordered(name, member), where),
      ]),
    );
  }
}

function byPointer(one: Json, other: Json): number {
  const [a, b] = [one, other].map((error) => String((error as JsonObject).pointer));
  return (a ?? "") < (b ?? "") ? -1 : 1;
}
