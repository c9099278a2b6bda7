// Who is signed in on this device: remembered here, confirmed by the server, the same in every tab.

import type { Connectivity } from "../connectivity/connectivity";
import { UnsentChangesError } from "../errors";
import type { Http } from "../http/client";
import type { Outcome } from "../http/outcome";
import { fetchSession, postSignOut } from "../http/requests";
import type { AppState, DeviceState } from "../store/app-state";
import { guardStorage } from "../store/storage-errors";
import { LockLostError, type TabLock } from "../sync/tab-locks";
import type { Account as AccountApi, Auth as AuthApi, AuthState, SignInOptions, User } from "../types/auth";
import type { Clock } from "../types/clock";
import type { LandfallOptions } from "../types/options";
import { elapsedBy } from "../util/clock";
import { newId } from "../util/ids";
import { Cell } from "../util/observable";
import { accountOnDemand, loadOnDemand } from "./account-on-demand";
import { type Memory, SIGNED_OUT } from "./memory";

type Answer = DeviceState["answer"];

export interface AuthParts {
  options: Pick<LandfallOptions, "baseUrl" | "sessionToken">;
  http: Http;
  connectivity: Connectivity;
  clock: Clock;
  device: AppState<DeviceState>;
  /**
   * The cookie that names the user is the browser's, not the tab's. Requests in a user's name share this lock, and a sign-in or sign-out holds it
   * exclusively. So the cookie can't change between the check of who is signed in and the request.
   */
  identity: TabLock;
  /** Held by the tab that asks the server who is signed in. */
  asking: TabLock;
  /** Starts the client: a sign-in does so. */
  start(): Promise<void>;
  /** How many changes of the signed-in user only this device has. */
  countUnsent(): Promise<number>;
}

export class Auth implements AuthApi {
  readonly session = new Cell<AuthState>({ status: "loading", user: null, remembered: false, expired: false });
  readonly onChange = this.session.onChange;
  readonly account: AccountApi;
  readonly #parts: AuthParts;
  /** The stamp of what `session` shows. */
  #stamp: string | null = null;
  /** The id of the last answer that this tab applied. */
  #appliedId: string | undefined;
  readonly #elapsed: () => number;
  /** Of `#elapsed`. */
  #confirmedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: AuthParts) {
    this.#parts = parts;
    this.#elapsed = elapsedBy(parts.clock);
    this.account = accountOnDemand({ ...this.#parts, onDeleted: () => this.#forget() });
  }

  /** The server has confirmed the user since it was last out of reach. No request is made in a user's name before that. */
  get confirmed(): boolean {
    const { status, remembered, expired } = this.session.get();
    return status === "signed-in" && !remembered && !expired;
  }

  /** Milliseconds since the server last confirmed who is signed in. */
  get confirmedMsAgo(): number {
    return this.#elapsed() - this.#confirmedAt;
  }

  /** Whether a request may be made in this user's name, by what the device remembers now. */
  vouchesFor(userId: string, memory: Memory | undefined): boolean {
    return this.confirmed && memory?.user?.id === userId && memory.stamp === this.#stamp;
  }

  async devSignIn(input: { email: string; name?: string; role?: "user" | "admin" }): Promise<User> {
    await this.#parts.start();
    const { devSignIn } = await loadOnDemand();
    return devSignIn(this.#parts, input, {
      memory: () => this.#memory(),
      store: (before, auth) => this.#store(before, { auth }),
      signedIn: (user, before) => this.#storeSignIn(user, before),
      show: (auth) => this.#show(auth),
      report: (outcome) => this.#report(outcome),
    });
  }

  async signIn(provider: string, options: Omit<SignInOptions, "link"> = {}): Promise<void> {
    const callbackURL = options.callbackURL ?? location.href;
    await this.account.redirectToProvider(provider, { ...options, callbackURL });
  }

  async finishSignIn(url: string): Promise<User | null> {
    await this.#parts.start();
    const { finishSignIn } = await loadOnDemand();
    return finishSignIn(this.#parts, url, async () => {
      const before = await this.#memory();
      return (user) => this.#storeSignIn(user, before);
    });
  }

  async token(): Promise<string> {
    const { jwtOf } = await loadOnDemand();
    return jwtOf(this.#parts, this.session.get().user, this.#stamp);
  }

  async signOut({ evenIfUnsent = false }: { evenIfUnsent?: boolean } = {}): Promise<void> {
    const unsent = evenIfUnsent ? 0 : await this.#parts.countUnsent();
    if (unsent > 0) throw new UnsentChangesError(unsent);
    await this.#remember({ ...SIGNED_OUT, signOutPending: true });
    await this.finishSignOut();
  }

  /** Sends a pending sign-out to the server, if there is one and the server can be reached. */
  async finishSignOut(): Promise<void> {
    const { identity, http } = this.#parts;
    const signOut = async () => {
      const before = await this.#memory();
      if (!before.signOutPending) return;
      const outcome = await postSignOut(http);
      this.#report(outcome);
      if (outcome.kind !== "ok" && outcome.kind !== "unauthenticated") return;
      await this.#store(before, { auth: SIGNED_OUT });
      await this.#forget();
    };
    // Where another tab has signed in meanwhile, nothing is left to be signed out.
    await identity.exclusive(signOut).catch(ignoreLost);
  }

  /** Shows what this device remembers. */
  async showMemory(): Promise<Memory> {
    this.#appliedId = (await this.#parts.device.get("answer"))?.id;
    const memory = await this.#memory();
    if (memory.user || memory.signOutPending) this.#show(memory);
    return memory;
  }

  /** Applies a change of another tab: a sign-in, a sign-out, or an answer of the server. */
  follow(memory: Memory | undefined, answer: Answer | undefined): Promise<void> {
    // The tab that has stolen the lock changes the memory, which is followed again.
    return this.#follow(memory, answer).catch(ignoreLost);
  }

  async #follow(memory: Memory | undefined, answer: Answer | undefined): Promise<void> {
    // The browser has deleted what this device remembers. The server knows it.
    if (!memory) return this.confirmed ? this.verify() : undefined;
    if (this.session.get().status === "loading") return;
    // A sign-out is shown at once. Anything else may be a sign-in that is still in progress: the memory is read again when it is done.
    if (memory.signOutPending) return this.#show(memory);
    if (answer && (await this.#apply(answer, this.#appliedId))) return;
    await this.#parts.identity.shared(async () => this.#show(await this.#memory()));
  }

  /** Asks the server who is signed in and applies the answer. One tab asks for all: tabs that wait for the lock apply its answer. */
  async verify(): Promise<void> {
    const { asking, identity, device } = this.#parts;
    const known = this.#appliedId;
    const ask = async () => {
      const answer = await device.get("answer");
      if (answer && (await this.#apply(answer, known))) this.#reached(answer.result !== "unreached");
      else await identity.shared(() => this.#ask());
    };
    await asking.exclusive(ask).catch((error: unknown) => {
      ignoreLost(error);
      return this.verify();
    });
  }

  /** Treats the device as signed out, because its database can't be read, or because a guest need not wait for the server. */
  giveUp(): void {
    if (this.session.get().status === "loading") this.#show(SIGNED_OUT);
  }

  /** The server went out of reach: only this device vouches for the user from now on. */
  doubt(): void {
    const state = this.session.get();
    if (state.status === "signed-in" && !state.remembered) this.session.set({ ...state, remembered: true });
  }

  /** Applies an answer that another tab got after the one with the id `known`. Returns false if it isn't newer, or is about another memory. */
  async #apply(answer: Answer, known: string | undefined): Promise<boolean> {
    if (answer.id === known) return false;
    return this.#parts.identity.shared(async () => {
      const memory = await this.#memory();
      if (memory.signOutPending || memory.stamp !== answer.stamp) return false;
      if (answer.id !== this.#appliedId) this.#applyAnswer(answer, memory);
      return true;
    });
  }

  async #ask(): Promise<void> {
    const { device, http } = this.#parts;
    const before = await this.#memory();
    const outcome = await fetchSession(http);
    const memory = await this.#memory();
    // Another tab has signed in while this one was frozen: the answer is about the session before.
    if (memory.stamp !== before.stamp && !memory.signOutPending) throw new LockLostError();
    const user = outcome.kind === "ok" && !memory.signOutPending ? outcome.data?.user : undefined;
    this.#report(outcome);
    if (user && user.id !== memory.user?.id) return this.#storeSignIn(user, memory);
    const answer: Answer = { id: newId(), stamp: memory.stamp, result: user ? "signed-in" : answerFor(outcome) };
    this.#applyAnswer(answer, user ? { ...memory, user } : memory);
    // If the disk has no room for it, each tab asks for itself.
    await device.set("answer", answer).catch(() => {});
  }

  #applyAnswer({ id, result }: Answer, memory: Memory): void {
    this.#appliedId = id;
    if (result === "signed-in" && memory.user) this.#confirm(memory.user, memory.stamp);
    else this.#show(memory);
    const state = this.session.get();
    // The user keeps reading and writing here; writes are sent after the next sign-in.
    if (result === "signed-out" && state.status === "signed-in" && !state.expired) {
      this.session.set({ ...state, remembered: true, expired: true });
    }
  }

  async #storeSignIn(user: User, before: Memory): Promise<void> {
    const auth: Memory = { user, stamp: newId(), signOutPending: false };
    const answer: Answer = { id: newId(), stamp: auth.stamp, result: "signed-in" };
    await this.#store(before, { auth, answer });
    this.#appliedId = answer.id;
    this.#confirm(user, auth.stamp);
  }

  #confirm(user: User, stamp: string | null): void {
    this.#confirmedAt = this.#elapsed();
    if (this.confirmed && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: "signed-in", user, remembered: false, expired: false });
  }

  /**
   * Stores what was found out under the lock, while `before` is remembered. Another tab may have stolen the lock from this one and have signed in: then
   * every tab asks the server whose cookie the browser has now. Rejects with LockLostError then.
   */
  async #store(before: Memory, values: Partial<DeviceState>): Promise<void> {
    const { device } = this.#parts;
    const store = async () => {
      const now = await this.#memory();
      const isSame = now.stamp === before.stamp;
      await (isSame ? device.setAll(values) : device.set("auth", { ...now, stamp: newId() }));
      return isSame;
    };
    if (!(await guardStorage(() => device.transaction(store)))) throw new LockLostError();
  }

  async #memory(): Promise<Memory> {
    return (await this.#parts.device.get("auth")) ?? SIGNED_OUT;
  }

  async #remember(auth: Memory): Promise<void> {
    await guardStorage(() => this.#parts.device.set("auth", auth));
    this.#show(auth);
  }

  async #forget(): Promise<void> {
    await this.#parts.options.sessionToken?.set(null);
    await this.#remember(SIGNED_OUT);
  }

  #show({ user, stamp }: Memory): void {
    const before = this.session.get();
    if (before.status !== "loading" && before.user?.id === user?.id && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: user ? "signed-in" : "signed-out", user, remembered: user !== null, expired: false });
  }

  #report(outcome: Outcome<unknown>): void {
    this.#reached(answerFor(outcome) !== "unreached");
  }

  #reached(reached: boolean): void {
    if (reached) this.#parts.connectivity.reportReachable();
    else this.#parts.connectivity.reportUnreachable();
  }
}

function ignoreLost(error: unknown): void {
  if (!(error instanceof LockLostError)) throw error;
}

/** What an answer without a user says about who is signed in. */
function answerFor({ kind }: Outcome<unknown>): Answer["result"] {
  if (kind === "ok" || kind === "unauthenticated") return "signed-out";
  return kind === "unreachable" || kind === "timeout" ? "unreached" : "unknown";
}
