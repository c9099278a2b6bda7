// createLandfall: puts the parts of one app together and starts and stops them. It owns the lifecycle and no rule besides.

import { Http } from "./api/http";
import { probeLive } from "./api/requests";
import { Assets } from "./assets/assets";
import { Auth } from "./auth/auth";
import { Chat } from "./chat/chat";
import { type Clock, systemClock } from "./clock";
import { openCollections } from "./collections/collections";
import { Conflicts } from "./conflicts/conflicts";
import { browserSaysOnline, listenToBrowser } from "./connectivity/browser-hints";
import { Connectivity } from "./connectivity/connectivity";
import { AppState, type DeviceState } from "./db/app-state";
import { DeviceDatabase } from "./db/database";
import { guardStorage } from "./db/storage-errors";
import { watch } from "./db/watch";
import { LandfallError, NotSignedInError } from "./errors";
import { GUEST, Guest } from "./guest/guest";
import { Cell } from "./observable";
import { Projects } from "./projects/projects";
import type { Identity } from "./sync/identity";
import { browserLocks, TabLock } from "./sync/locks";
import { Sync } from "./sync/sync";
import type { AuthState, Collections, ConnectivityControl, Landfall, LandfallOptions, LockManagerLike } from "./types";
import { Workspace } from "./workspace";

/** A confirmation older than this is renewed when somebody looks at the app again. */
const CONFIRM_AGAIN_MS = 60_000;

/** Creates the client of an app. Nothing is opened and nothing is asked before `start()` or a sign-in. */
export function createLandfall(options: LandfallOptions): Landfall {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(options.name)) {
    throw new LandfallError("invalid_option", "createLandfall: `name` must be 1 to 64 letters, digits, - or _.");
  }
  return new Client(options);
}

class Client implements Landfall {
  readonly auth: Auth;
  readonly chat: Chat;
  readonly projects: Projects;
  readonly assets: Assets;
  readonly collections: Collections;
  readonly conflicts: Conflicts;
  readonly guest: Guest;
  readonly sync: Sync;
  readonly connectivity: ConnectivityControl;
  readonly #options: LandfallOptions;
  readonly #clock: Clock;
  readonly #locks: LockManagerLike | undefined;
  readonly #http: Http;
  readonly #line: Connectivity;
  readonly #deviceDb: DeviceDatabase;
  readonly #device: AppState<DeviceState>;
  readonly #identity: Identity;
  readonly #workspace = new Cell<Workspace | null>(null);
  readonly #cleanUp: (() => void)[] = [];
  #starting: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  /** Workspaces that are being closed; `close()` waits for them. */
  #retired: Promise<void> = Promise.resolve();
  #verifying: Promise<void> | null = null;

  constructor(options: LandfallOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#locks = options.locks ?? browserLocks();
    this.#http = new Http(options, this.#clock);
    this.#line = new Connectivity((signal) => this.#probe(signal), this.#clock, browserSaysOnline());
    this.#deviceDb = new DeviceDatabase(options.name, options.storage);
    this.#device = new AppState<DeviceState>(this.#deviceDb.appState);
    const identity = new TabLock(this.#locks, options.name, "identity");
    this.auth = new Auth({
      http: this.#http,
      connectivity: this.#line,
      clock: this.#clock,
      device: this.#device,
      identity,
      asking: new TabLock(this.#locks, options.name, "asking"),
      start: () => this.start(),
    });
    this.#identity = this.#identityOf(identity);
    const source = { current: this.#workspace, required: () => this.#required() };
    this.chat = new Chat(source, this.#clock, () => this.sync.sawUnsent());
    this.projects = new Projects(source, this.#clock);
    this.assets = new Assets(source, options.files?.budgetBytes);
    this.collections = openCollections(source, this.#clock);
    this.conflicts = new Conflicts(source, this.#clock);
    this.guest = new Guest(source, this.#clock, options);
    this.sync = new Sync(source, this.#line, this.auth.session);
    this.connectivity = { status: this.#line.status, simulateOffline: (offline) => this.#simulateOffline(offline) };
  }

  start(): Promise<void> {
    if (this.#closing) return Promise.reject(new LandfallError("closed", "This client was closed."));
    this.#starting ??= this.#start();
    return this.#starting;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const workspace = await this.#required();
    const { db } = workspace;
    const result = await guardStorage(() => db.transaction("rw", db.tables, async () => work()));
    workspace.wrote();
    return result;
  }

  async #start(): Promise<void> {
    this.#applySimulation((await this.#device.get("simulateOffline")) ?? false);
    this.#cleanUp.push(
      this.auth.session.subscribe((state) => this.#onAuth(state)),
      this.#line.status.subscribe(({ online }) => this.#onLine(online)),
      this.#followDevice(),
      listenToBrowser({
        onNetwork: () => this.#line.hint(),
        onVisible: () => this.#onVisible(),
        onHidden: () =>
          void this.#workspace
            .get()
            ?.goingAway()
            .catch(() => {}),
      }),
    );
    if (!this.#line.online) this.#line.hint();
    const memory = await this.auth.recall();
    if (memory.user) this.#verifySoon();
    else if (memory.signOutPending) void this.auth.finishSignOut();
    else await this.#verify();
  }

  async #close(): Promise<void> {
    await this.#starting?.catch(() => {});
    for (const undo of this.#cleanUp) undo();
    this.#line.stop();
    this.sync.stop();
    this.#switchTo(null);
    await this.#retired;
    this.#deviceDb.close();
  }

  async #required(): Promise<Workspace> {
    await this.#starting;
    const workspace = this.#workspace.get();
    if (!workspace) throw new NotSignedInError();
    return workspace;
  }

  #onAuth(state: AuthState): void {
    const userId = state.status === "signed-in" ? (state.user?.id ?? null) : this.#nobody(state);
    if (userId !== (this.#workspace.get()?.userId ?? null)) this.#switchTo(userId);
    if (this.auth.confirmed) {
      void this.#workspace
        .get()
        ?.confirmed()
        .catch(() => {});
    } else if (state.remembered && !state.expired && this.#line.online) {
      // Another tab signed in; this one must hear it from the server before it acts in that name.
      this.#verifySoon();
    }
  }

  /** Whose workspace is open while nobody is signed in. */
  #nobody({ status }: AuthState): string | null {
    return this.#options.guest && status === "signed-out" ? GUEST : null;
  }

  #onLine(online: boolean): void {
    if (!online) this.auth.doubt();
    else if (this.auth.session.get().status === "signed-out") void this.auth.finishSignOut();
    // Unless another tab was told since the line broke.
    else if (!this.auth.confirmed) this.#verifySoon();
  }

  #onVisible(): void {
    if (!this.#line.online) this.#line.hint();
    else if (this.auth.confirmedMsAgo > CONFIRM_AGAIN_MS) this.#verifySoon();
    this.#workspace.get()?.refresh();
  }

  #switchTo(userId: string | null): void {
    const before = this.#workspace.get();
    const parts = {
      options: this.#options,
      clock: this.#clock,
      locks: this.#locks,
      connectivity: this.#line,
      identity: this.#identity,
    };
    this.#workspace.set(
      userId === null ? null : new Workspace({ ...parts, http: this.#http.inNameOf(userId), userId }),
    );
    if (before) this.#retired = Promise.all([this.#retired, before.close()]).then(() => {});
    // Without this a browser short of room may throw unsent work away. Asking is all that can be done.
    if (userId !== null && typeof navigator !== "undefined") void navigator.storage?.persist?.().catch(() => false);
  }

  /** Nobody waits for it; a client that is closed meanwhile has no use for the answer. */
  #verifySoon(): void {
    this.#verify().catch((error: unknown) => {
      if (!this.#closing) throw error;
    });
  }

  /** Everybody who asks while the server is being asked shares the answer. */
  #verify(): Promise<void> {
    this.#verifying ??= this.auth
      .verify()
      // The answer came after this device's database was closed: nobody is left to hear it.
      .catch((error: unknown) => (this.#closing ? undefined : Promise.reject(error)))
      .finally(() => {
        this.#verifying = null;
      });
    return this.#verifying;
  }

  #identityOf(lock: TabLock): Identity {
    const { auth } = this;
    const device = this.#device;
    return {
      get confirmed() {
        return auth.confirmed;
      },
      inName: (userId, request) =>
        lock.shared(async () => {
          return auth.vouchesFor(userId, await device.get("auth")) ? request() : null;
        }),
      verify: () => this.#verify(),
    };
  }

  /** Sign-ins, sign-outs and the offline switch of other tabs. */
  #followDevice(): () => void {
    const stopAuth = watch(
      async () => ({ memory: await this.#device.get("auth"), answer: await this.#device.get("answer") }),
      ({ memory, answer }) => void this.auth.follow(memory, answer),
    );
    const stopSimulation = watch(
      () => this.#device.get("simulateOffline"),
      (offline) => this.#applySimulation(offline ?? false),
    );
    return () => {
      stopAuth();
      stopSimulation();
    };
  }

  async #simulateOffline(offline: boolean): Promise<void> {
    await this.#device.set("simulateOffline", offline);
    this.#applySimulation(offline);
  }

  #applySimulation(offline: boolean): void {
    this.#http.setCut(offline);
    this.#line.setSimulatedOffline(offline);
  }

  async #probe(signal: AbortSignal): Promise<boolean> {
    const outcome = await probeLive(this.#http, signal);
    // Any answer of our server will do; a gateway's page or a hotel's won't.
    return outcome.kind !== "unreachable" && outcome.kind !== "timeout";
  }
}
