// Runs in the page: an application that works as LiteChat does. Its stores load once and save whole rows ever after.

import { createPersistenceService, liteChatOptions } from "../../../src/compat/litechat";
import { createLandfall } from "../../../src/index";

/** @typedef {Record<string, unknown> & { id: string }} Row */

/** The settings that the stores read one after another at the start. */
const SETTINGS = Array.from({ length: 62 }, (_, index) => `setting-${index}`);

export class LiteChat {
  landfall = createLandfall({ name: "litechat", ...liteChatOptions });
  /** @type {import("../../../src/compat/litechat").PersistenceService} */
  service = createPersistenceService(this.landfall);
  /** @type {Row[]} */
  conversations = [];
  /** @type {Map<string, Row[]>} */
  interactions = new Map();
  /** @type {Record<string, unknown>} */
  settings = {};
  /** How often the stores were told to load again. */
  told = 0;

  /** Loads the stores. Gives the milliseconds that it took. */
  async start() {
    const started = performance.now();
    for (const key of SETTINGS) this.settings[key] = await this.service.loadSetting(key, "default");
    await this.load();
    for (const rest of ["loadRules", "loadTags", "loadTagRuleLinks", "loadProjects", "loadProviderConfigs", "loadMods"])
      await this.service[/** @type {"loadRules"} */ (rest)]();
    this.service.onRemoteChange(() => {
      this.told += 1;
    });
    return performance.now() - started;
  }

  async load() {
    this.conversations = /** @type {Row[]} */ (await this.service.loadConversations());
    for (const { id } of this.conversations)
      this.interactions.set(id, /** @type {Row[]} */ (await this.service.loadInteractionsForConversation(id)));
  }

  /** Changes a conversation in the store, and saves it as a whole. @param {string} id @param {object} changes */
  async change(id, changes) {
    this.conversations = this.conversations.map((row) => (row.id === id ? { ...row, ...changes } : row));
    await this.service.saveConversation({ ...this.conversations.find((row) => row.id === id), updatedAt: new Date() });
  }

  /** Saves a conversation as the store has it. @param {string} id */
  async saveAgain(id) {
    await this.service.saveConversation({ ...this.conversations.find((row) => row.id === id) });
  }

  /** Saves a prompt with a file of so many bytes. @param {string} id of the conversation @param {number} bytes */
  async attach(id, bytes) {
    const whole = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(whole.subarray(at, at + 65_536));
    const contentBase64 = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).split(",")[1]);
      reader.readAsDataURL(new Blob([whole]));
    });
    const attachedFiles = [
      { id: "f", name: "photo.jpg", type: "image/jpeg", size: bytes, contentBase64 },
      { id: "g", name: "note.md", type: "text/markdown", size: 9, contentText: "High tide" },
    ];
    const prompt = { content: "What is on it?", metadata: { attachedFiles } };
    const [row] = this.interactions.get(id) ?? [];
    const saved = { ...row, id: row?.id ?? id, prompt };
    this.interactions.set(id, [saved]);
    await this.service.saveInteraction(saved);
  }

  /** What the store has of the files of a conversation's prompts. @param {string} id */
  async digests(id) {
    const rows = /** @type {any[]} */ (this.interactions.get(id) ?? []);
    const files = rows.flatMap(({ prompt }) => prompt?.metadata?.attachedFiles ?? []);
    return Promise.all(
      files.map(async ({ name, contentBase64, contentText }) => {
        const content = contentBase64 ?? contentText ?? "";
        const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
        const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        return `${hex} ${content.length} ${name}`;
      }),
    );
  }

  /** Empties the stores, as the application does when its user leaves. */
  forget() {
    this.conversations = [];
    this.interactions = new Map();
  }

  /** A new conversation with an answer that is saved at the start and at the end of its stream. @param {string} id */
  async ask(id) {
    const row = { id, title: `Chat ${id}`, metadata: { tools: [] }, createdAt: new Date(), updatedAt: new Date() };
    this.conversations.push(row);
    await this.service.saveConversation(row);
    const answer = {
      id: `${id}-1`,
      conversationId: id,
      index: 0,
      parentId: null,
      startedAt: new Date(),
      response: null,
    };
    await this.service.saveInteraction({ ...answer, status: "STREAMING" });
    await this.service.saveInteraction({ ...answer, status: "COMPLETED", response: "First.", endedAt: new Date() });
    await this.load();
  }

  /** The newest version is the main line, and all older ones are its children. @param {string} id @param {string} response */
  async regenerate(id, response) {
    const older = this.interactions.get(id) ?? [];
    const newest = { id: `${id}-${older.length + 1}`, conversationId: id, index: 0, parentId: null, response };
    await this.service.saveInteraction({ ...newest, status: "COMPLETED", startedAt: new Date() });
    for (const row of older) await this.service.saveInteraction({ ...row, parentId: newest.id });
    await this.load();
  }

  /** Titles, answers and trees as they are stored. */
  async stored() {
    const conversations = await this.service.loadConversations();
    const trees = [];
    for (const { id, title } of conversations.sort((one, other) => (String(one.id) < String(other.id) ? -1 : 1))) {
      const rows = await this.service.loadInteractionsForConversation(String(id));
      const main = rows.filter(({ parentId }) => parentId === null).map(({ response }) => response);
      trees.push(`${title}: ${main.join()} of ${rows.length}`);
    }
    return trees;
  }

  /** @param {string} email */
  async signIn(email) {
    const { status } = this.landfall.connectivity;
    await new Promise((resolve) => status.subscribe(({ online }) => online && resolve(null)));
    await this.landfall.auth.devSignIn({ email });
    await this.sync();
  }

  async sync() {
    await this.landfall.sync.now();
    await this.landfall.sync.awaitInSync();
  }
}

Object.assign(window, { LiteChat });
