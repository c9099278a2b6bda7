// The leader's uploads, beside the engine, so that a large file holds no text up. It knows when and whose turn it is; the way of one file stands in
// upload.ts, what becomes of its entry in settle.ts.

import type { Http } from "../api/http";
import type { Outcome } from "../api/outcome";
import type { Clock } from "../clock";
import type { Connectivity } from "../connectivity/connectivity";
import { AppState, type UserState } from "../db/app-state";
import type { UserDatabase } from "../db/database";
import type { OutboxEntry } from "../db/device-tables";
import { backoffMs } from "../outbox/backoff";
import { untilDue } from "../outbox/plan";
import type { Holds } from "../sync/hold";
import { type Identity, POLL_MS } from "../sync/identity";
import { Waker } from "../sync/waker";
import type { ByteStore } from "./bytes";
import { uploadsOf } from "./mentions";
import type { Progress } from "./progress";
import type { Put } from "./put";
import { announce, beginParts, joinParts, register } from "./requests";
import { settleBegun, settleDeleted, settleFailed, settleRefused, settleStored, settleUnanswered } from "./settle";
import { checksum, describe, type UploadEnd, type UploadSteps, upload } from "./upload";

/** Files that are on their way at once. */
const PARALLEL_FILES = 2;

export interface UploaderParts {
  userId: string;
  db: UserDatabase;
  http: Http;
  clock: Clock;
  connectivity: Connectivity;
  identity: Identity;
  holds: Holds;
  bytes: ByteStore;
  put: Put;
  progress: Progress;
  /** Something that waited for a file may go now. */
  settled(): void;
}

export class Uploader {
  readonly #parts: UploaderParts;
  readonly #waker: Waker;
  /** By entry; aborted when the file is given up. */
  readonly #active = new Map<string, AbortController>();
  /** Attempts in a row that found the storage away, and when to try again. */
  #away = { streak: 0, until: 0 };

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.#waker = new Waker(parts.clock);
  }

  /** Something may be due, or given up. */
  wake(): void {
    this.#waker.wake();
  }

  /** Somebody asks for it now, or the line is back: the storage may be too. */
  hurry(): void {
    this.#away.until = 0;
    this.#waker.wake();
  }

  /** Uploads until `signal` aborts, and ends when nothing is under way any more. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    const stop = () => {
      for (const controller of this.#active.values()) controller.abort();
      this.#waker.wake();
    };
    signal.addEventListener("abort", stop);
    while (!signal.aborted) {
      // Trouble with the local tables ends with the next look.
      const ms = await this.#startDue(signal).catch(() => POLL_MS);
      if (!signal.aborted) await this.#waker.wait(Math.min(ms, POLL_MS));
    }
    while (this.#active.size > 0) await this.#waker.wait(POLL_MS);
    signal.removeEventListener("abort", stop);
  };

  /** Milliseconds until there may be more. */
  async #startDue(signal: AbortSignal): Promise<number> {
    const { db, clock, connectivity, identity, holds } = this.#parts;
    const uploads = await uploadsOf(db);
    for (const [id, controller] of this.#active) if (!uploads.some((entry) => entry.id === id)) controller.abort();
    if (!connectivity.online || !identity.confirmed) return POLL_MS;
    const heldMs = await holds.remainingMs();
    if (heldMs !== 0) return heldMs ?? POLL_MS;
    if (await new AppState<UserState>(db.appState).get("sync.resync")) return POLL_MS;
    const awayMs = this.#away.until - clock.now();
    if (awayMs > 0) return awayMs;
    let soonest = POLL_MS;
    for (const entry of uploads) {
      if (entry.status === "failed" || this.#active.has(entry.id)) continue;
      const ms = untilDue(entry, clock.now());
      if (ms > 0) soonest = Math.min(soonest, ms);
      else if (this.#active.size < PARALLEL_FILES && !signal.aborted) void this.#run(entry);
    }
    return soonest;
  }

  async #run(entry: OutboxEntry): Promise<void> {
    const { db, clock, progress, settled } = this.#parts;
    const controller = new AbortController();
    this.#active.set(entry.id, controller);
    try {
      if (!(await settleBegun(db, entry, clock))) return;
      const end = await this.#attempt(entry, controller.signal);
      await this.#settle(entry, end, controller.signal);
    } catch {
      // Local trouble (no room for a note, a database that was closed): the entry is as it was, and the next look begins it anew.
      this.#away = { streak: 0, until: clock.now() + POLL_MS };
    } finally {
      this.#active.delete(entry.id);
      progress.end(entry.key);
      settled();
      this.#waker.wake();
    }
  }

  async #attempt(entry: OutboxEntry, signal: AbortSignal): Promise<UploadEnd> {
    const { db, http, bytes, put, progress } = this.#parts;
    const row = await db.assetMetadata.get(entry.key);
    if (!row) return { kind: "refused", code: "file_missing", reason: "The file is no longer on this device." };
    const local = await db.assets.get(entry.key);
    const content = local && (await bytes.read(local));
    const asset = describe(row, row.size, content ? await checksum(content) : row.sha256);
    const steps: UploadSteps = {
      announce: () => this.#ask(() => announce(http, asset, signal)),
      register: () => this.#ask(() => register(http, asset, signal)),
      beginParts: () => this.#ask(() => beginParts(http, asset, signal)),
      joinParts: () => this.#ask(() => joinParts(http, asset.id, signal)),
      put: (url, headers, body, onProgress) =>
        http.alongside(signal, (signal) => put({ url, headers, body, signal, onProgress })),
      onProgress: (loaded) => progress.set(entry.key, { loaded, total: row.size }),
    };
    return upload(steps, content);
  }

  /** In the person's name, or not at all. */
  async #ask<T>(request: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { identity, userId } = this.#parts;
    return (await identity.inName(userId, request)) ?? { kind: "unreachable" };
  }

  async #settle(entry: OutboxEntry, end: UploadEnd, signal: AbortSignal): Promise<void> {
    const { db, clock, bytes } = this.#parts;
    if (end.kind !== "later" && end.kind !== "unanswered") this.#away = { streak: 0, until: 0 };
    switch (end.kind) {
      case "stored":
        if (await settleStored(db, entry, end.row)) await bytes.remove(entry.key);
        return;
      case "deleted":
        return settleDeleted(db, entry);
      case "refused":
        return settleRefused(db, entry, end.code, end.reason);
      case "failed":
        return settleFailed(db, entry, { reason: end.reason, ...(end.code && { code: end.code }) }, clock);
      case "unanswered":
        await settleUnanswered(db, entry);
        return this.#heed(end.outcome, signal);
      case "later":
        if (signal.aborted || !(await this.#parts.connectivity.check())) return settleUnanswered(db, entry);
        this.#pause(end.retryAfterMs);
        return settleUnanswered(db, entry, end.reason);
    }
  }

  #pause(serverMs: number | null): void {
    const { clock } = this.#parts;
    const streak = this.#away.streak + 1;
    this.#away = { streak, until: clock.now() + Math.max(serverMs ?? 0, backoffMs(streak, clock)) };
  }

  /** What no answer, or a doubt about the session, says about everything else. */
  async #heed(outcome: Outcome<unknown>, signal: AbortSignal): Promise<void> {
    const { connectivity, identity, holds } = this.#parts;
    if (signal.aborted) return;
    if (outcome.kind === "unreachable") connectivity.reportUnreachable();
    else if (outcome.kind === "timeout") await connectivity.check();
    else if (outcome.kind === "forbidden") await holds.untilChanged("forbidden", outcome.reason);
    else if (outcome.kind === "unauthenticated") await identity.verify();
    // Where that changed nothing, the same question in a tight loop would not either.
    this.#pause(null);
  }
}
