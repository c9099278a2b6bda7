// The demo app in one tab: its screen, its controls, and the tables in IndexedDB. It finds elements by the demo's test ids and has no assertions about
// the app.

import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** @typedef {{ key: string, state: string, text: string }} ShownMessage */

/** Longer texts (in UTF-16 units) are pasted. A browser would need 15 s to type 100 KB. */
const MAX_TYPED = 400;

export class Demo {
  #url;

  /** @param {import("playwright-core").Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.#url = url;
  }

  /** @param {string} hook */
  find(hook) {
    return this.page.locator(`[data-testid="${hook}"]`);
  }

  async open(path = "/") {
    await this.page.goto(this.#url + path);
  }

  /** Development sign-in. Resolves when the workspace is open. @param {string} email */
  async signIn(email) {
    await this.find("sign-in-email").fill(email);
    await this.find("sign-in-submit").click();
    await this.find("composer").waitFor();
  }

  /** `unsent`: the demo asks first, because this device has changes that the server doesn't have. */
  async signOut({ unsent = false } = {}) {
    await this.find("sign-out").click();
    if (unsent) await this.find("confirm").click();
    await this.find("sign-in-email").waitFor();
  }

  /** Resolves when the service worker serves the page, so that the app opens without a network. */
  async untilShellIsCached() {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await until("the service worker serves this page", () =>
      this.page.evaluate(() => navigator.serviceWorker.controller !== null),
    );
  }

  /** Creates a session and resolves when it is shown. */
  async newSession() {
    const before = await this.sessionKey();
    await this.find("new-session").click();
    await until("the new session is shown", async () => {
      const key = await this.sessionKey();
      return key !== null && key !== before;
    });
    await this.find("composer").waitFor();
  }

  /** The id of the shown session, or `null`. */
  async sessionKey() {
    const current = this.page.locator('[data-testid="session-item"][data-current="true"]');
    return (await current.count()) === 0 ? null : current.getAttribute("data-key");
  }

  /**
   * Writes a message and sends it with Enter. Resolves when the message is on screen, with the milliseconds from the key to the message's element,
   * measured inside the page.
   * @param {string} text
   */
  async write(text) {
    await this.#fill(text);
    const stopwatch = await this.stopwatch(text);
    await this.find("composer").press("Enter");
    return stopwatch.evaluate((watch) => watch.ms);
  }

  /** Measures from the next Enter until a new message with this text is on screen. @param {string} text */
  async stopwatch(text) {
    return this.page.evaluateHandle(startStopwatch, text);
  }

  /** @param {string} text */
  async #fill(text) {
    const composer = this.find("composer");
    if (text.length <= MAX_TYPED) return composer.fill(text);
    await this.page.evaluate((clip) => navigator.clipboard.writeText(clip), text);
    await composer.focus();
    await this.page.keyboard.press("Control+V");
    await until("the text is pasted", async () => (await composer.inputValue()) === text);
  }

  /** @param {readonly string[]} texts @returns {Promise<number[]>} milliseconds of each */
  async writeAll(texts) {
    const times = [];
    for (const text of texts) times.push(await this.write(text));
    return times;
  }

  /** The messages on screen, from top to bottom. @returns {Promise<ShownMessage[]>} */
  async shown() {
    return this.find("message").evaluateAll((items) =>
      items.map((item) => ({
        key: item.getAttribute("data-key") ?? "",
        state: item.querySelector('[data-testid="message-state"]')?.getAttribute("data-state") ?? "",
        text: item.querySelector(".text")?.textContent ?? "",
      })),
    );
  }

  /** The distinct states of the messages, in order of their first appearance. */
  async states() {
    return [...new Set((await this.shown()).map((message) => message.state))];
  }

  /** The sync pill in the header. */
  async pill() {
    return this.find("sync-pill").evaluate((pill) => ({
      state: pill.getAttribute("data-state"),
      pending: Number(pill.getAttribute("data-pending")),
      failed: Number(pill.getAttribute("data-failed")),
    }));
  }

  /** @param {string} state */
  async untilPill(state) {
    await until(`the pill says ${state}`, async () => (await this.pill()).state === state);
  }

  /** The text of the panel that the pill opens. */
  async panelText() {
    const panel = this.find("sync-panel");
    if (!(await panel.isVisible())) await this.find("sync-pill").click();
    await panel.locator("h2").waitFor();
    return panel.innerText();
  }

  /** Sets the visible offline switch by its label. @param {boolean} offline */
  async simulateOffline(offline) {
    const input = this.find("offline-switch");
    if ((await input.isChecked()) !== offline) await this.page.locator("label", { has: input }).click();
    await until("the switch has moved", async () => (await input.isChecked()) === offline);
  }

  /** Whether this tab is the leader. */
  async leads() {
    return this.page.evaluate(holdsLeadership);
  }

  /** The sessions, the messages and the outbox of a user in this browser's IndexedDB. @param {string} userId */
  async tables(userId) {
    const tables = await this.page.evaluate(readTables, `landfall-demo-${userId}`);
    assert.ok(tables, `this browser has no tables of ${userId}`);
    return tables;
  }
}

/** Runs in the page: measures from the next Enter to the message with this text. @param {string} text */
function startStopwatch(text) {
  // The app does not draw code fences and outer line breaks, and folds a long text to its beginning. It draws a short text in full. Characters that
  // can't be stored are replaced when the text is written.
  const bare = (/** @type {string} */ words) => words.replace(/[\s`]/g, "").replace(/\0|[\ud800-\udfff]/gu, "\ufffd");
  const written = bare(text);
  const isWritten = (/** @type {Element} */ item) => {
    const drawn = item.querySelector(".text");
    const shown = bare(drawn?.textContent ?? "");
    return drawn?.classList.contains("folded") ? written.startsWith(shown) : written === shown;
  };
  const items = () => [...document.querySelectorAll('[data-testid="message"]')];
  // Compares elements and not keys: a message keeps its element when the server's id replaces the temporary one.
  const before = new Set(items());
  const watch = { ms: /** @type {Promise<number>} */ (Promise.resolve(Number.NaN)), stopped: false };
  let pressedAt = Number.NaN;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") pressedAt = event.timeStamp;
  };
  document.addEventListener("keydown", onKey, { capture: true });
  watch.ms = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (Number.isNaN(pressedAt) || !items().some((item) => !before.has(item) && isWritten(item))) return;
      watch.stopped = true;
      resolve(performance.now() - pressedAt);
      observer.disconnect();
      document.removeEventListener("keydown", onKey, { capture: true });
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  return watch;
}

/** Runs in the page: the Locks API names the client of each lock, and a lock of this page's own reveals its client id. */
export async function holdsLeadership() {
  const own = `probe ${crypto.randomUUID()}`;
  return navigator.locks.request(own, async () => {
    const { held = [] } = await navigator.locks.query();
    const me = held.find(({ name }) => name === own)?.clientId;
    return held.some(({ name, clientId }) => name?.endsWith(":leader") && clientId === me);
  });
}

/** Runs in the page: reads IndexedDB without a library. @param {string} name */
async function readTables(name) {
  if (!(await indexedDB.databases()).some((database) => database.name === name)) return null;
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const db = await result(indexedDB.open(name));
  try {
    const transaction = db.transaction(["chatSessions", "chatMessages", "syncQueue"]);
    return {
      sessions: await result(transaction.objectStore("chatSessions").getAll()),
      messages: await result(transaction.objectStore("chatMessages").index("[sessionId+position]").getAll()),
      queue: await result(transaction.objectStore("syncQueue").getAll()),
    };
  } finally {
    db.close();
  }
}
