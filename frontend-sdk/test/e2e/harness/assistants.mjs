// The assistants of the demo in one tab, the log of their services, and injected failures of the server.

import { Api } from "./api.mjs";
import { failRequests } from "./faults.mjs";
import { until } from "./until.mjs";

/** @typedef {{ title: string, desc?: string, prompt?: string, tags?: string }} Written */

export class AssistantsPage {
  #demo;
  /** Each line of the log with the time of its arrival, in milliseconds. */
  log = /** @type {{ at: number, line: string }[]} */ ([]);

  /** @param {import("./demo.mjs").Demo} demo */
  constructor(demo) {
    this.#demo = demo;
    demo.page.on("console", (message) => {
      if (/^\[\w+\]/.test(message.text())) this.log.push({ at: Date.now(), line: message.text() });
    });
  }

  /** Opens a part of the assistants in a tab. @param {import("./demo.mjs").Demo} demo @param {"market" | "mine" | "review" | "audit"} part */
  static async open(demo, part) {
    const assistants = new AssistantsPage(demo);
    await demo.find("to-assistants").click();
    await demo.find("assistants-pane").waitFor();
    await assistants.show(part);
    return assistants;
  }

  /** @param {"market" | "mine" | "review" | "audit"} part */
  async show(part) {
    const link = this.#demo.find(`part-${part}`);
    await link.click();
    await until(`${part} is open`, async () => (await link.getAttribute("aria-current")) === "page");
  }

  /** The lines of the log that match. @param {RegExp} pattern */
  lines(pattern) {
    return this.log.filter(({ line }) => pattern.test(line));
  }

  /** Writes into the open form. @param {Written} written */
  async fill({ title, desc = `${title}, in one sentence.`, prompt = `You are ${title}.`, tags }) {
    await this.#demo.find("form-title").fill(title);
    await this.#demo.find("form-desc").fill(desc);
    await this.#demo.find("form-prompt").fill(prompt);
    if (tags !== undefined) await this.#demo.find("form-tags").fill(tags);
  }

  /** Opens the form of a new assistant and fills it. @param {Written} written */
  async begin(written) {
    await this.#demo.find("assistant-new").click();
    await this.fill(written);
  }

  /** Saves the open form. Resolves when it is closed. */
  async save() {
    await this.#demo.find("form-save").click();
    await this.#demo.find("assistant-form").waitFor({ state: "detached" });
  }

  /** Resolves when the assistant is listed. @param {Written} written */
  async create(written) {
    await this.begin(written);
    await this.save();
    await this.card(written.title).waitFor();
  }

  /** Changes members of an own assistant. @param {string} title @param {Record<string, string>} members */
  async edit(title, members) {
    await this.card(title).getByTestId("assistant-edit").click();
    for (const [name, value] of Object.entries(members)) await this.#demo.find(`form-${name}`).fill(value);
    await this.save();
  }

  /** @param {string} title */
  card(title) {
    return this.#demo.find("assistant").filter({ hasText: title });
  }

  /** What a list shows, from first to last. */
  async shown() {
    return this.#demo.find("assistant").evaluateAll((cards) =>
      cards.map((card) => {
        const text = (/** @type {string} */ hook) =>
          card.querySelector(`[data-testid="${hook}"]`)?.textContent?.trim() ?? "";
        const way = card.querySelector('[data-testid="assistant-way"]');
        return {
          id: card.getAttribute("data-key") ?? "",
          title: card.querySelector(".assistant-title")?.textContent ?? "",
          status: card.getAttribute("data-status") ?? "",
          way: way?.getAttribute("data-state") ?? "",
          tries: Number(way?.getAttribute("data-tries") ?? "0"),
          why: text("assistant-why"),
          note: text("review-note"),
        };
      }),
    );
  }

  /** The state of the way to the server, by title. @returns {Promise<Record<string, string>>} */
  async ways() {
    return Object.fromEntries((await this.shown()).map(({ title, way }) => [title, way]));
  }

  /** The titles of a list. */
  async titles() {
    return (await this.shown()).map(({ title }) => title);
  }

  /** The rows of both tables in this browser's IndexedDB. @param {string} userId */
  async tables(userId) {
    return this.#demo.page.evaluate(readAssistants, `landfall-demo-${userId}`);
  }
}

/** Runs in the page: reads IndexedDB without a library. @param {string} name */
async function readAssistants(name) {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const db = await result(indexedDB.open(name));
  try {
    const transaction = db.transaction(["assistants", "syncQueue"]);
    return {
      rows: await result(transaction.objectStore("assistants").getAll()),
      queue: await result(transaction.objectStore("syncQueue").getAll()),
    };
  } finally {
    db.close();
  }
}

/**
 * Answers each push of assistants with 500 until `end`. The pushes do not reach the server.
 * @param {import("./browser.mjs").Device} device
 */
export function failPushes(device) {
  const only = (/** @type {string} */ body) => body.includes('"assistants"');
  return failRequests(device, { path: /(?<!compat)\/api\/sync$/, only, isHandled: () => false });
}

/** A client of the API with the role of an administrator. @param {import("./server.mjs").Server} server @param {string} email */
export async function signInAdmin(server, email) {
  const { token } = await new Api(server, "").send("POST", "/api/auth/dev/sign-in", { email, role: "admin" });
  return new Api(server, token);
}

/**
 * Publishes assistants of a user.
 * @param {import("./server.mjs").Server} server @param {string} email @param {{ title: string, desc: string, tags?: string[], emoji?: string }[]} assistants
 */
export async function publish(server, email, assistants) {
  const owner = await Api.signIn(server, email);
  const admin = await signInAdmin(server, "publisher@harbour.example");
  for (const assistant of assistants) {
    const whole = { prompt: `You are ${assistant.title}.`, isPublic: true, status: "pending", ...assistant };
    const { id } = await owner.send("POST", "/api/assistants", whole);
    await admin.send("PATCH", `/api/assistants/${id}/status`, { status: "published" });
  }
}

/** Whether a tab has loaded the code of the emoji picker. @param {import("./demo.mjs").Demo} demo */
export async function hasEmojiPicker(demo) {
  return demo.page.evaluate(() =>
    performance.getEntriesByType("resource").some(({ name }) => /EmojiPicker-.*\.js$/.test(name)),
  );
}
