// createLandfall: composes the parts of one application, starts and stops them.

import { Auth } from "./auth/auth";
import { ConflictInbox } from "./conflicts/inbox";
import { browserSaysOnline, listenToBrowser } from "./connectivity/browser-hints";
import { Connectivity } from "./connectivity/connectivity";
import { LandfallError, NotSignedInError } from "./errors";
import { GuestApi } from "./guest/guest";
import { GUEST } from "./guest/parts";
import { Http } from "./http/client";
import { probeLive } from "./http/requests";
import { requireEdits } from "./kinds/edits-on-demand";
import type { FacesOf, KindModules } from "./kinds/module";
import { builtinModules, kindsOf } from "./kinds/registry";
import { AppState, type DeviceState } from "./store/app-state";
import { DeviceDatabase } from "./store/database";
import { guardStorage, reportUnlessEnded } from "./store/storage-errors";
import type { Kinds } from "./store/synced-kind";
import { watch } from "./store/watch";
import { SyncApi } from "./sync/api";
import type { Identity } from "./sync/identity";
import { LockLostError, TabLock, TabLocks } from "./sync/tab-locks";
import type { AuthState } from "./types/auth";
import type { Clock } from "./types/clock";
import type { ConnectivityControl } from "./types/connectivity";
import type { Landfall, LandfallCore } from "./types/landfall";
import type { LandfallOptions } from "./types/options";
import { systemClock } from "./util/clock";
import { Cell } from "./util/observable";
import { Workspace, type WorkspaceParts } from "./workspace";

/** An older confirmation of the session is renewed when the user looks at the app again. */
const CONFIRM_AGAIN_MS = 60_000;

/**
 * Creates the client of an application. Nothing is opened and no request is made before `start()` or a sign-in. Throws LandfallError
 * `invalid_option`.
 *
 * @example
 * const landfall = createLandfall({ baseUrl: "https://api.example.org", name: "notes" });
 * await landfall.start();
 * if (landfall.auth.session.get().status === "signed-out") await landfall.auth.signIn("google");
 * const session = await landfall.chat.createSession({ title: "First chat" });
 * await landfall.chat.send(session.id, { role: "user", content: "Hello" });
 */
export function createLandfall(options: LandfallOptions): Landfall {
  return createClient(options, builtinModules);
}

/** A client with other kinds of rows than the built-in ones. */
export function createClient<M extends KindModules>(options: LandfallOptions, modules: M): LandfallCore & FacesOf<M> {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(options.name)) {
    throw new LandfallError("invalid_option", "createLandfall: `name` must be 1 to 64 letters, digits, - or _.");
  }
  const client = new Client(options, modules);
  const faces = Object.entries(modules).map(([name, module]) => [name, module.openFace(client.faceParts)]);
  return Object.assign(client, Object.fromEntries(faces) as FacesOf<M>);
}

/** Outside a browser (Node, a server that renders pages) this option has no default. */
function checkSurroundings({ baseUrl }: LandfallOptions): void {
  if (!baseUrl && typeof location === "undefined") {
    throw new LandfallError("invalid_option", "`baseUrl` has no default outside a browser.");
  }
}

class Client implements LandfallCore {
  readonly auth: Auth;
  readonly conflicts: ConflictInbox;
  readonly guest: GuestApi;
  readonly sync: SyncApi;
  readonly connectivity: ConnectivityControl;
  readonly #options: LandfallOptions;
  readonly #kinds: Kinds;
  readonly #workers: WorkspaceParts["workers"];
  readonly #clock: Clock;
  readonly #locks: TabLocks;
  readonly #http: Http;
  readonly #connection: Connectivity;
  readonly #deviceDb: DeviceDatabase;
  readonly #device: AppState<DeviceState>;
  readonly #identity: Identity;
  readonly #workspace = new Cell<Workspace | null>(null);
  readonly #source = { current: this.#workspace, required: () => this.#required() };
  readonly #cleanUp: (() => void)[] = [];
  #starting: Promise<void> | null = null;
  #mayStartAgain = false;
  #closing: Promise<void> | null = null;
  /** Workspaces that are being closed; `close()` waits for them. */
  #retired: Promise<unknown> = Promise.resolve();
  #verifying: Promise<void> | null = null;

  constructor(options: LandfallOptions, modules: KindModules) {
    this.#options = options;
    this.#kinds = kindsOf(modules, options.conflicts);
    this.#workers = new Map(
      Object.entries(modules).flatMap(([name, { openWorker }]) => (openWorker ? [[name, openWorker]] : [])),
    );
    this.#clock = options.clock ?? systemClock;
    this.#locks = new TabLocks(options, this.#clock);
    this.#http = new Http(options, this.#clock);
    this.#connection = new Connectivity((signal) => this.#probe(signal), this.#clock, browserSaysOnline());
    this.#deviceDb = new DeviceDatabase(options.name, options.storage);
    this.#device = new AppState<DeviceState>(this.#deviceDb.appState);
    const identity = new TabLock(this.#locks, "identity");
    this.auth = new Auth({
      options,
      http: this.#http,
      connectivity: this.#connection,
      clock: this.#clock,
      device: this.#device,
      identity,
      asking: new TabLock(this.#locks, "asking"),
      start: () => this.start(),
      countUnsent: () => this.#countUnsent(),
    });
    this.#identity = this.#identityOf(identity);
    this.conflicts = new ConflictInbox(this.#source, this.#clock, requireEdits);
    this.guest = new GuestApi({
      source: this.#source,
      clock: this.#clock,
      options,
      kinds: this.#kinds,
      loadWrites: requireEdits,
    });
    this.sync = new SyncApi(this.#source, this.#connection, this.auth.session, this.#locks.blocked, requireEdits);
    this.connectivity = {
      status: this.#connection.status,
      simulateOffline: (offline) => this.#simulateOffline(offline),
    };
  }

  /** What the faces of kinds are created from. */
  get faceParts() {
    const { beforeUnsentRows } = this.sync;
    return { source: this.#source, clock: this.#clock, options: this.#options, beforeUnsentRows };
  }

  start(): Promise<void> {
    if (this.#closing) return Promise.reject(new LandfallError("closed", "The client was closed."));
    if (this.#mayStartAgain) this.#starting = null;
    this.#mayStartAgain = false;
    this.#starting ??= guardStorage(() => this.#start()).catch((error: unknown) => {
      // Other calls reject alike, and `start` may be called again.
      this.#mayStartAgain = true;
      this.#deviceDb.close({ disableAutoOpen: false });
      this.auth.giveUp();
      this.sync.storageFailed(error);
      throw error;
    });
    return this.#starting;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const workspace = await this.#required();
    const { db } = workspace;
    const { runAtomic } = await requireEdits();
    const result = await guardStorage(() => runAtomic(db, work));
    workspace.wrote();
    return result;
  }

  async #start(): Promise<void> {
    checkSurroundings(this.#options);
    this.#applySimulation((await this.#device.get("simulateOffline")) ?? false);
    this.#cleanUp.push(
      this.auth.session.onChange((state) => this.#onAuth(state)),
      this.#connection.status.onChange(({ online }) => this.#onConnection(online)),
      this.#followDevice(),
      listenToBrowser({
        onNetwork: () => this.#connection.hint(),
        onVisible: () => this.#onVisible(),
        onHidden: () =>
          void this.#workspace
            .get()
            ?.onHidden()
            .catch(() => {}),
        onFreeze: () => {
          this.#deviceDb.suspend();
          this.#workspace.get()?.db.suspend();
        },
        onResume: () => {
          this.#deviceDb.resume?.();
          this.#workspace.get()?.db.resume?.();
        },
      }),
    );
    if (!this.#connection.online) this.#connection.hint();
    const memory = await this.auth.showMemory();
    if (memory.user) this.#verifySoon();
    else if (memory.signOutPending) this.auth.finishSignOut().catch(reportUnlessEnded);
    else if (this.#options.guest) {
      // A guest doesn't wait for the network. A user of the cookie follows.
      this.auth.giveUp();
      this.#verifySoon();
    } else await this.#verify();
  }

  async #close(): Promise<void> {
    await this.#starting?.catch(() => {});
    for (const undo of this.#cleanUp) undo();
    this.#connection.stop();
    this.sync.stop();
    this.#switchTo(null);
    await this.#retired;
    this.#locks.close();
    this.#deviceDb.close();
  }

  async #required(): Promise<Workspace> {
    await this.#starting;
    const workspace = this.#workspace.get();
    if (!workspace) throw new NotSignedInError();
    return workspace;
  }

  async #countUnsent(): Promise<number> {
    await this.#starting;
    const signedIn = this.auth.session.get().status === "signed-in";
    return signedIn ? ((await this.#workspace.get()?.db.syncQueue.count()) ?? 0) : 0;
  }

  #onAuth(state: AuthState): void {
    const userId = state.status === "signed-in" ? (state.user?.id ?? null) : this.#guestId(state);
    if (userId !== (this.#workspace.get()?.userId ?? null)) this.#switchTo(userId);
    if (this.auth.confirmed) {
      void this.#workspace
        .get()
        ?.onConfirmed()
        .catch(() => {});
    } else if (state.remembered && !state.expired && this.#connection.online) {
      // Another tab signed in. The server must confirm that before this tab makes requests in the user's name.
      this.#verifySoon();
    }
  }

  /** The user id of the workspace that is open while no user is signed in; `null` for none. */
  #guestId({ status }: AuthState): string | null {
    return this.#options.guest && status === "signed-out" ? GUEST : null;
  }

  #onConnection(online: boolean): void {
    if (!online) this.auth.doubt();
    else if (this.auth.session.get().status === "signed-out") this.auth.finishSignOut().catch(reportUnlessEnded);
    // Unless another tab got the server's answer since the connection broke.
    else if (!this.auth.confirmed) this.#verifySoon();
  }

  #onVisible(): void {
    if (!this.#connection.online) this.#connection.hint();
    else if (this.auth.confirmedMsAgo > CONFIRM_AGAIN_MS) this.#verifySoon();
    this.#workspace.get()?.refresh();
  }

  #switchTo(userId: string | null): void {
    const before = this.#workspace.get();
    const parts = {
      options: this.#options,
      kinds: this.#kinds,
      workers: this.#workers,
      clock: this.#clock,
      locks: this.#locks,
      connectivity: this.#connection,
      identity: this.#identity,
      loadRare: requireEdits,
      storageFailed: this.sync.storageFailed,
    };
    this.#workspace.set(
      userId === null ? null : new Workspace({ ...parts, http: this.#http.inNameOf(userId), userId }),
    );
    if (before) this.#retired = Promise.all([this.#retired, before.close()]);
    // Without persistence a browser short of room may delete unsent work. The browser decides.
    if (userId !== null) void globalThis.navigator?.storage?.persist?.().catch(() => {});
  }

  /** Nothing waits for the answer. */
  #verifySoon(): void {
    this.#verify().catch(reportUnlessEnded);
  }

  /** Asks the server who is signed in. Concurrent calls share one request. */
  #verify(): Promise<void> {
    this.#verifying ??= this.auth.verify().finally(() => {
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
        lock
          .shared(async () => (auth.vouchesFor(userId, await device.get("auth")) ? request() : null))
          // Another user may be signed in by now.
          .catch((error: unknown) => (error instanceof LockLostError ? null : Promise.reject(error))),
      verify: () => this.#verify(),
    };
  }

  /** Follows sign-ins, sign-outs and the offline switch of other tabs. */
  #followDevice(): () => void {
    const stopAuth = watch(
      async () => ({ memory: await this.#device.get("auth"), answer: await this.#device.get("answer") }),
      ({ memory, answer }) => void this.auth.follow(memory, answer).catch(reportUnlessEnded),
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
    this.#connection.setSimulatedOffline(offline);
  }

  async #probe(signal: AbortSignal): Promise<boolean> {
    const outcome = await probeLive(this.#http, signal);
    // Any answer of our server counts; the page of a gateway or a hotel doesn't.
    return outcome.kind !== "unreachable" && outcome.kind !== "timeout";
  }
}
