// Answers of two servers made comparable: ids that a server made become names, times become a mark. What people read is left out.

import type { Json, JsonObject } from "../json";

/** A server's answer, or where its own words stood. */
export interface Seen {
  status: number;
  body: Json;
}

const TIMES = new Set(["createdAt", "updatedAt", "deletedAt", "serverTime", "syncedAt"]);
/** Words for people, and what each server names for itself. */
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

export class Comparable {
  /** Ids that this server made, by the temporary id of the message. */
  readonly #names = new Map<string, string>();

  of({ status, body }: Seen): JsonObject {
    this.#learn(body);
    // A title is a person's word in a row and the server's own in a problem.
    return { status, body: this.#plain(body, status < 400 ? "row" : "problem") };
  }

  /** Messages tell which temporary id they had; answers to a push tell it by the key that was sent. */
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
    return Object.fromEntries(
      sorted.map(([name, member]) => [
        name,
        TIMES.has(name) && member !== null ? "a time" : this.#plain(member, where),
      ]),
    );
  }
}
