// The demo app in one tab, as a person sees and uses it, and the browser's own tables behind it.
// It finds things by the demo's test hooks; it judges nothing.

import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** @typedef {{ key: string, state: string, text: string }} ShownMessage */

/** A person pastes what is longer than this; typing 100 KB key by key would take a browser 15 s. */
const TYPED_AT_MOST = 400;

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

  /** Development sign-in; resolves when the workspace is there. @param {string} email */
  async signIn(email) {
    await this.find("sign-in-email").fill(email);
    await this.find("sign-in-submit").click();
    await this.find("composer").waitFor();
  }

  async signOut() {
    await this.find("sign-out").click();
    await this.find("sign-in-email").waitFor();
  }

  /** Until the app would open without a network. */
  async untilShellIsKept() {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await until("the service worker serves this page", () =>
      this.page.evaluate(() => navigator.serviceWorker.controller !== null),
    );
  }

  /** Starts a session and waits until it is the one shown. */
  async newSession() {
    const before = await this.sessionKey();
    await this.find("new-session").click();
    await until("the new session is shown", async () => {
      const key = await this.sessionKey();
      return key !== null && key !== before;
    });
    await this.find("composer").waitFor();
  }

  /** The id of the session shown; `null` when there is none. */
  async sessionKey() {
    const current = this.page.locator('[data-testid="session-item"][data-current="true"]');
    return (await current.count()) === 0 ? null : current.getAttribute("data-key");
  }

  /**
   * Writes and sends with Enter. Resolves when this very message is on screen, with the milliseconds from the key to the message's element,
   * measured inside the page.
   * @param {string} text
   */
  async write(text) {
    await this.#fill(text);
    const stopwatch = await this.stopwatch(text);
    await this.find("composer").press("Enter");
    return stopwatch.evaluate((watch) => watch.ms);
  }

  /** Runs from the next Enter until a message with this text is on screen that wasn't there before. @param {string} text */
  async stopwatch(text) {
    return this.page.evaluateHandle(startStopwatch, text);
  }

  /** @param {string} text */
  async #fill(text) {
    const composer = this.find("composer");
    if (text.length <= TYPED_AT_MOST) return composer.fill(text);
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

  /** What the list of messages shows, from top to bottom. @returns {Promise<ShownMessage[]>} */
  async shown() {
    return this.find("message").evaluateAll((items) =>
      items.map((item) => ({
        key: item.getAttribute("data-key") ?? "",
        state: item.querySelector('[data-testid="message-state"]')?.getAttribute("data-state") ?? "",
        text: item.querySelector(".text")?.textContent ?? "",
      })),
    );
  }

  /** The states of the messages, each once, in the order of their first appearance. */
  async states() {
    return [...new Set((await this.shown()).map((message) => message.state))];
  }

  /** The pill in the head: the app's one word for everything. */
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

  /** What the panel behind the pill says, in full. */
  async panelText() {
    const panel = this.find("sync-panel");
    if (!(await panel.isVisible())) await this.find("sync-pill").click();
    await panel.locator("h2").waitFor();
    return panel.innerText();
  }

  /** Flips the switch in plain sight, by its label as people do. @param {boolean} offline */
  async simulateOffline(offline) {
    const input = this.find("offline-switch");
    if ((await input.isChecked()) !== offline) await this.page.locator("label", { has: input }).click();
    await until("the switch has moved", async () => (await input.isChecked()) === offline);
  }

  /** Whether this tab is the one that sends. */
  async leads() {
    return this.page.evaluate(holdsLeadership);
  }

  /** Everything unsent and every message that this browser holds for a user. @param {string} userId */
  async tables(userId) {
    const tables = await this.page.evaluate(readTables, `landfall-demo-${userId}`);
    assert.ok(tables, `this browser has no tables of ${userId}`);
    return tables;
  }
}

/** In the page: from the next Enter to the message with this text. @param {string} text */
function startStopwatch(text) {
  // The app draws no fences and no outer breaks, and folds what is long to its beginning; what is drawn of a short one is all of it.
  // What can't be stored was replaced when it was written.
  const bare = (/** @type {string} */ words) => words.replace(/[\s`]/g, "").replace(/\0|[\ud800-\udfff]/gu, "\ufffd");
  const written = bare(text);
  const isWritten = (/** @type {Element} */ item) => {
    const drawn = item.querySelector(".text");
    const shown = bare(drawn?.textContent ?? "");
    return drawn?.classList.contains("folded") ? written.startsWith(shown) : written === shown;
  };
  const items = () => [...document.querySelectorAll('[data-testid="message"]')];
  // Elements, not keys: an earlier message keeps its element when the server's id replaces its temporary one.
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

/** In the page: the browser names the holder of each lock, and a lock of our own tells us our name. */
async function holdsLeadership() {
  const own = `probe ${crypto.randomUUID()}`;
  return navigator.locks.request(own, async () => {
    const { held = [] } = await navigator.locks.query();
    const me = held.find(({ name }) => name === own)?.clientId;
    return held.some(({ name, clientId }) => name?.endsWith(":leader") && clientId === me);
  });
}

/** In the page: past all libraries, what IndexedDB holds. @param {string} name */
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
