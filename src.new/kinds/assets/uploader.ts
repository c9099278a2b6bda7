// The leader's uploads, beside the sync loop, so that a large file delays no text. It decides when and in which order; upload.ts has the steps of
// one file, upload-state.ts records them.

import type { Outcome } from "../../http/outcome";
import { backoffMs } from "../../outbox/backoff";
import { msUntilDue } from "../../outbox/schedule";
import { AppState, type UserState } from "../../store/app-state";
import { uploadsIn } from "../../store/entries";
import type { OutboxEntry } from "../../store/tables";
import { POLL_MS } from "../../sync/identity";
import { pausesOf } from "../../sync/pause";
import type { WorkerParts } from "../../sync/worker";
import { elapsedBy } from "../../util/clock";
import { Waker } from "../../util/waker";
import type { ByteStore } from "./bytes";
import type { RememberedRules } from "./file-rules";
import type { Progress } from "./progress";
import type { Put } from "./put-bytes";
import { beginParts, completeParts, registerAsset, registerUpload } from "./requests";
import { assetsIn, localFilesIn } from "./tables";
import { checksum, describe, type UploadResult, type UploadSteps, upload } from "./upload";
import {
  beginUpload,
  completeUpload,
  parkUpload,
  recordFailedUpload,
  removeDeletedFile,
  requeueUpload,
} from "./upload-state";

/** Files that are uploaded at once. */
const PARALLEL_FILES = 2;

/** A longer pause that the server asks for is cut, and the server is asked again. */
const MAX_PAUSE_MS = 600_000;

/** Refusals of a file that the remembered list of types allows. */
const OUTDATED = new Set(["unsupported_type", "payload_too_large", "empty_file"]);

export interface UploaderParts extends WorkerParts {
  bytes: ByteStore;
  put: Put;
  progress: Progress;
  rules: RememberedRules;
}

export class Uploader {
  readonly #parts: UploaderParts;
  readonly #waker: Waker;
  /** By entry; aborted when the entry is gone. */
  readonly #active = new Map<string, AbortController>();
  /** When each entry was tried last, as a number that counts up: a file that fails goes behind the others. */
  #tried = new Map<string, number>();
  #tries = 0;
  /** Consecutive attempts that found the storage unreachable, and the time of the next (of `#elapsed`). */
  #away = { streak: 0, until: 0 };

  #held = false;
  readonly #elapsed: () => number;

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.#elapsed = elapsedBy(parts.clock);
    this.#waker = new Waker(parts.clock);
  }

  /** An upload may be due, or discarded. */
  wake(): void {
    this.#waker.wake();
  }

  /** The user asks, or the connection is back: the storage is tried again at once. */
  retryNow(): void {
    this.#away.until = 0;
    this.#waker.wake();
  }

  /** Begins no upload in this tab, and ends those in progress, until it is called with `false`. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#abortAll();
    this.#waker.wake();
  }

  #abortAll(): void {
    for (const controller of this.#active.values()) controller.abort();
  }

  /** Uploads until `signal` aborts. Resolves when no upload is in progress. */
  readonly lead = async (signal: AbortSignal): Promise<void> => {
    const stop = () => {
      this.#abortAll();
      this.#waker.wake();
    };
    signal.addEventListener("abort", stop);
    while (!signal.aborted) {
      // An error of the local tables is retried at the next poll.
      const ms = await this.#startDue(signal).catch(() => POLL_MS);
      if (!signal.aborted) await this.#waker.wait(Math.min(ms, POLL_MS));
    }
    while (this.#active.size > 0) await this.#waker.wait(POLL_MS);
    signal.removeEventListener("abort", stop);
  };

  /** Milliseconds until there may be more to start. */
  async #startDue(signal: AbortSignal): Promise<number> {
    const { db, clock, connectivity, identity } = this.#parts;
    const uploads = await uploadsIn(db);
    for (const [id, controller] of this.#active) if (!uploads.some((entry) => entry.id === id)) controller.abort();
    if (this.#held || !connectivity.online || !identity.confirmed) return POLL_MS;
    const pausedMs = await pausesOf(db, clock).remainingMs();
    if (pausedMs !== 0) return pausedMs ?? POLL_MS;
    if (await new AppState<UserState>(db.appState).get("sync.resync")) return POLL_MS;
    void this.#parts.rules.refresh(signal).catch(() => {});
    const awayMs = this.#away.until - this.#elapsed();
    if (awayMs > 0) return awayMs;
    this.#tried = new Map([...this.#tried].filter(([id]) => uploads.some((entry) => entry.id === id)));
    const triedAt = ({ id }: OutboxEntry) => this.#tried.get(id) ?? 0;
    let soonest = POLL_MS;
    for (const entry of uploads.sort((one, other) => triedAt(one) - triedAt(other))) {
      if (entry.status === "failed" || this.#active.has(entry.id)) continue;
      const ms = msUntilDue(entry, clock.now());
      if (ms > 0) soonest = Math.min(soonest, ms);
      else if (this.#active.size < PARALLEL_FILES && !signal.aborted) void this.#run(entry);
    }
    return soonest;
  }

  async #run(entry: OutboxEntry): Promise<void> {
    const { db, clock, progress, onDone } = this.#parts;
    const controller = new AbortController();
    this.#active.set(entry.id, controller);
    this.#tried.set(entry.id, ++this.#tries);
    try {
      if (!(await beginUpload(db, entry, clock))) return;
      const result = await this.#attempt(entry, controller.signal);
      await this.#record(entry, result, controller.signal);
    } catch {
      // A local error (a full disk, a closed database): the upload is begun again after the poll interval.
      await requeueUpload(db, entry, "This device's storage can't be read.").catch(() => {});
      this.#away = { streak: 0, until: this.#elapsed() + POLL_MS };
    } finally {
      this.#active.delete(entry.id);
      progress.end(entry.key);
      onDone();
      this.#waker.wake();
    }
  }

  async #attempt(entry: OutboxEntry, signal: AbortSignal): Promise<UploadResult> {
    const { db, http, bytes, put, progress } = this.#parts;
    const row = await assetsIn(db).get(entry.key);
    if (!row) return { kind: "refused", code: "file_missing", reason: "The file is no longer on this device." };
    const local = await localFilesIn(db).get(entry.key);
    const content = local && (await bytes.read(local));
    const asset = describe(row, row.size, content ? await checksum(content) : row.sha256);
    const steps: UploadSteps = {
      registerUpload: () => this.#inUsersName(() => registerUpload(http, asset, signal)),
      registerAsset: () => this.#inUsersName(() => registerAsset(http, asset, signal)),
      beginParts: () => this.#inUsersName(() => beginParts(http, asset, signal)),
      completeParts: () => this.#inUsersName(() => completeParts(http, asset.id, signal)),
      put: (url, headers, body, onProgress) =>
        http.alongside(signal, (signal) => put({ url, headers, body, signal, onProgress })),
      onProgress: (loaded) => progress.set(entry.key, { loaded, total: row.size }),
    };
    return upload(steps, content);
  }

  async #inUsersName<T>(request: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { identity, userId } = this.#parts;
    return (await identity.inName(userId, request)) ?? { kind: "unreachable" };
  }

  async #record(entry: OutboxEntry, result: UploadResult, signal: AbortSignal): Promise<void> {
    const { db, clock, bytes } = this.#parts;
    if (result.kind !== "later" && result.kind !== "unanswered") this.#away = { streak: 0, until: 0 };
    switch (result.kind) {
      case "stored":
        if (await completeUpload(db, entry, result.row)) await bytes.remove(entry.key);
        return;
      case "deleted":
        return removeDeletedFile(db, entry);
      case "refused":
        if (OUTDATED.has(result.code)) await this.#parts.rules.expire();
        return parkUpload(db, entry, result.code, result.reason);
      case "failed":
        return recordFailedUpload(db, entry, faultOf(result), clock);
      case "unanswered":
        await requeueUpload(db, entry);
        return this.#afterNoAnswer(result.outcome, signal);
      case "later":
        if (signal.aborted || !(await this.#parts.connectivity.check())) return requeueUpload(db, entry);
        this.#pause(result.retryAfterMs);
        return requeueUpload(db, entry, result.reason);
    }
  }

  #pause(serverMs: number | null): void {
    const { clock } = this.#parts;
    const streak = this.#away.streak + 1;
    this.#away = {
      streak,
      until: this.#elapsed() + Math.max(Math.min(serverMs ?? 0, MAX_PAUSE_MS), backoffMs(streak, clock)),
    };
  }

  /** Applies what a missing answer says about the connection and the session. */
  async #afterNoAnswer(outcome: Outcome<unknown>, signal: AbortSignal): Promise<void> {
    const { db, clock, connectivity, identity } = this.#parts;
    const pauses = pausesOf(db, clock);
    if (signal.aborted) return;
    if (outcome.kind === "unreachable") connectivity.reportUnreachable();
    else if (outcome.kind === "timeout") await connectivity.check();
    else if (outcome.kind === "forbidden") await pauses.untilCleared("forbidden", outcome.reason);
    else if (outcome.kind === "unauthenticated") await identity.verify();
    // If none of that changes the state, the request must not be repeated in a tight loop.
    this.#pause(null);
  }
}

function faultOf({ kind: _kind, ...fault }: Extract<UploadResult, { kind: "failed" }>) {
  return fault;
}
