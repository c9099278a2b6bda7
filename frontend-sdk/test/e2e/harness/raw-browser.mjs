// Chromium by its own protocol, over a pipe. Playwright makes every page believe that it is in front, and such a page does not freeze.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./browser.mjs";
import { until } from "./until.mjs";

const FLAGS = ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run"];

/** Starts a browser with a new profile. */
export async function openRawBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "landfall-profile-"));
  const child = spawn(chromiumPath(), [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [to, from] = [child.stdio[3], child.stdio[4]];
  assert.ok(to && "write" in to && from);
  /** @type {Map<number, (message: any) => void>} */
  const waiting = new Map();
  let last = 0;
  let buffer = "";
  from.on("data", (/** @type {Buffer} */ bytes) => {
    const parts = (buffer + bytes.toString()).split("\0");
    buffer = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  /** @param {string} method @param {object} [params] @param {string} [sessionId] @returns {Promise<any>} */
  const send = async (method, params = {}, sessionId) => {
    const id = ++last;
    const answer = new Promise((/** @type {(message: any) => void} */ resolve) => waiting.set(id, resolve));
    to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    assert.ok(!error, `${method}: ${error?.message}`);
    return result;
  };
  return {
    /** Opens a tab in front of the others. @param {string} url */
    async tab(url) {
      const { targetId } = await send("Target.createTarget", { url });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      return new RawTab((method, params) => send(method, params, sessionId));
    },
    async close() {
      child.kill("SIGKILL");
      await once(child, "exit");
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export class RawTab {
  #send;

  /** @param {(method: string, params?: object) => Promise<any>} send */
  constructor(send) {
    this.#send = send;
  }

  freeze() {
    return this.#send("Page.setWebLifecycleState", { state: "frozen" });
  }

  unfreeze() {
    return this.#send("Page.setWebLifecycleState", { state: "active" });
  }

  /**
   * Runs a function in the page. Its arguments and its result are JSON.
   * @template {unknown[]} A @template T
   * @param {(...values: A) => T} work @param {A} values
   * @returns {Promise<Awaited<T>>}
   */
  async evaluate(work, ...values) {
    const expression = `(${work})(${values.map((value) => JSON.stringify(value)).join()})`;
    const options = { awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", { expression, ...options });
    assert.ok(!exceptionDetails, exceptionDetails?.exception?.description);
    return result.value;
  }

  /** Resolves when the page has begun no transaction for a second: a browser does not freeze a tab in one. */
  untilAtRest() {
    return this.evaluate(resting);
  }

  /** Waits for an element of the demo. @param {string} hook */
  async find(hook) {
    await until(`${hook} is shown`, () => this.evaluate(isShown, hook));
  }

  /** @param {string} hook */
  async click(hook) {
    await this.find(hook);
    await this.evaluate(
      (hook) => document.querySelector(/** @type {any} */ (`[data-testid="${hook}"]`))?.click(),
      hook,
    );
  }

  /** Types a text into a field of the demo and presses Enter. @param {string} hook @param {string} text */
  async enter(hook, text) {
    await this.find(hook);
    await this.evaluate(
      (hook) => document.querySelector(/** @type {any} */ (`[data-testid="${hook}"]`))?.focus(),
      hook,
    );
    await this.#send("Input.insertText", { text });
    const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" };
    await this.#send("Input.dispatchKeyEvent", { type: "keyDown", ...key });
    await this.#send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }
}

/** Runs in the page. @param {string} hook */
function isShown(hook) {
  return document.querySelector(`[data-testid="${hook}"]`) !== null;
}

/** Runs in the page. Resolves when it has begun no transaction for a second. */
function resting() {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, 1_000);
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (/** @type {Parameters<typeof transaction>} */ ...given) {
      clearTimeout(timer);
      timer = setTimeout(resolve, 1_000);
      return transaction.apply(this, given);
    };
  });
}
