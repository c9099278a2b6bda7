// Who is signed in on this device: remembered here, confirmed by the server, the same in every tab.
// It knows the sign-in routes and the device's memory; it knows nothing of the user's data.

import type { Http } from "../api/http";
import { errorOf, type Outcome } from "../api/outcome";
import { fetchSession, postDevSignIn, postSignOut } from "../api/requests";
import type { Clock } from "../clock";
import type { Connectivity } from "../connectivity/connectivity";
import type { AppState, DeviceState } from "../db/app-state";
import { guardStorage } from "../db/storage-errors";
import { newId } from "../ids";
import { Cell } from "../observable";
import type { TabLock } from "../sync/locks";
import type { Auth as AuthApi, AuthState, SignInOptions, User } from "../types";
import { Account } from "./account";

type Memory = DeviceState["auth"];
type Answer = DeviceState["answer"];

const NOBODY: Memory = { user: null, stamp: null, signOutPending: false };

export interface AuthParts {
  http: Http;
  connectivity: Connectivity;
  clock: Clock;
  device: AppState<DeviceState>;
  /**
   * The cookie that names the user is the browser's, not the tab's. Requests in a user's name share this lock; a sign-in or sign-out takes
   * it alone. So the cookie can't change between the look at who is signed in and the request.
   */
  identity: TabLock;
  /** Held by the tab that asks the server who is signed in. */
  asking: TabLock;
  /** Called before the first use, since a sign-in starts the client. */
  start(): Promise<void>;
}

export class Auth implements AuthApi {
  readonly session = new Cell<AuthState>({ status: "loading", user: null, remembered: false, expired: false });
  readonly account: Account;
  readonly #parts: AuthParts;
  /** The stamp of what `session` shows. */
  #stamp: string | null = null;
  /** The answer that this tab took last. */
  #heard: string | undefined;
  #confirmedAt = 0;

  constructor(parts: AuthParts) {
    this.#parts = parts;
    this.account = new Account(parts.http, () => this.#remember(NOBODY));
  }

  onChange(listener: (state: AuthState) => void): () => void {
    return this.session.subscribe(listener);
  }

  /** The server has confirmed the user since it was last out of reach. Nothing is sent in anybody's name before that. */
  get confirmed(): boolean {
    const { status, remembered, expired } = this.session.get();
    return status === "signed-in" && !remembered && !expired;
  }

  /** Milliseconds since the server last confirmed who is signed in. */
  get confirmedMsAgo(): number {
    return this.#parts.clock.now() - this.#confirmedAt;
  }

  /** Whether a request may be made in this user's name, by what the device remembers at this moment. */
  vouchesFor(userId: string, memory: Memory | undefined): boolean {
    return this.confirmed && memory?.user?.id === userId && memory.stamp === this.#stamp;
  }

  async devSignIn(input: { email: string; name?: string }): Promise<User> {
    await this.#parts.start();
    const { identity, device, http } = this.#parts;
    return identity.alone(async () => {
      const before = await this.#memory();
      const changesUser = before.user !== null && before.user.email !== input.email;
      // Should this tab end between the server's answer and our note of it, nobody may send in the old user's name with the new cookie.
      if (changesUser) await device.set("auth", NOBODY);
      const outcome = await postDevSignIn(http, input);
      this.#report(outcome);
      if (outcome.kind === "ok") {
        await this.#signedIn(outcome.data.user);
        return outcome.data.user;
      }
      // An answer that was lost may have changed the cookie: everybody asks the server again before going on in the old name.
      if (changesUser) await this.#remember({ ...before, stamp: newId() });
      throw errorOf(outcome);
    });
  }

  async signIn(provider: string, options: Omit<SignInOptions, "link"> = {}): Promise<void> {
    await this.account.goToProvider(provider, { callbackURL: location.href, ...options });
  }

  async signOut(): Promise<void> {
    await this.#remember({ ...NOBODY, signOutPending: true });
    await this.finishSignOut();
  }

  /** Tells the server about a sign-out that it hasn't heard of, if there is one and it can be reached. */
  async finishSignOut(): Promise<void> {
    const { identity, device, http } = this.#parts;
    await identity.alone(async () => {
      if (!(await this.#memory()).signOutPending) return;
      const outcome = await postSignOut(http);
      this.#report(outcome);
      if (outcome.kind === "ok" || outcome.kind === "unauthenticated") await device.set("auth", NOBODY);
    });
  }

  /** Shows what this device remembers. */
  async recall(): Promise<Memory> {
    this.#heard = (await this.#parts.device.get("answer"))?.id;
    const memory = await this.#memory();
    if (memory.user || memory.signOutPending) this.#show(memory);
    return memory;
  }

  /** Another tab signed in or out, or asked the server: shows what the device knows now. */
  readonly follow = async (memory: Memory | undefined, answer: Answer | undefined): Promise<void> => {
    if (!memory || this.session.get().status === "loading") return;
    // A sign-out holds at once. Anything else may be a sign-in that is still under way: look again when it is done.
    if (memory.signOutPending) return this.#show(memory);
    if (answer && (await this.#take(answer, this.#heard))) return;
    await this.#parts.identity.shared(async () => this.#show(await this.#memory()));
  };

  /** Asks the server who is signed in, and takes its word. One tab asks for all: those who wait for their turn take its answer too. */
  async verify(): Promise<void> {
    const { asking, identity, device } = this.#parts;
    const heard = this.#heard;
    await asking.alone(async () => {
      const answer = await device.get("answer");
      if (answer && (await this.#take(answer, heard))) this.#reached(answer.says !== "nothing");
      else await identity.shared(() => this.#ask());
    });
  }

  /** The server went out of reach: from here on only this device vouches for the user. */
  doubt(): void {
    const state = this.session.get();
    if (state.status === "signed-in" && !state.remembered) this.session.set({ ...state, remembered: true });
  }

  /** Takes an answer that another tab got after the one named `heard`. Whether there is one, about whoever this device remembers now. */
  async #take(answer: Answer, heard: string | undefined): Promise<boolean> {
    if (answer.id === heard) return false;
    return this.#parts.identity.shared(async () => {
      const memory = await this.#memory();
      if (memory.signOutPending || memory.stamp !== answer.stamp) return false;
      if (answer.id !== this.#heard) this.#learn(answer, memory);
      return true;
    });
  }

  async #ask(): Promise<void> {
    const { device, http } = this.#parts;
    const outcome = await fetchSession(http);
    const memory = await this.#memory();
    const user = outcome.kind === "ok" && !memory.signOutPending ? outcome.data?.user : undefined;
    this.#report(outcome);
    if (user && user.id !== memory.user?.id) return this.#signedIn(user);
    const answer: Answer = { id: newId(), stamp: memory.stamp, says: user ? "signed-in" : wordFor(outcome) };
    this.#learn(answer, user ? { ...memory, user } : memory);
    // Where there is no room for it, each tab asks for itself.
    await device.set("answer", answer).catch(() => {});
  }

  #learn({ id, says }: Answer, memory: Memory): void {
    this.#heard = id;
    if (says === "signed-in" && memory.user) this.#confirm(memory.user, memory.stamp);
    else this.#show(memory);
    const state = this.session.get();
    // Who was signed in here keeps reading and writing; it is sent after the next sign-in.
    if (says === "nobody" && state.status === "signed-in" && !state.expired) {
      this.session.set({ ...state, remembered: true, expired: true });
    }
  }

  async #signedIn(user: User): Promise<void> {
    const auth: Memory = { user, stamp: newId(), signOutPending: false };
    const answer: Answer = { id: newId(), stamp: auth.stamp, says: "signed-in" };
    await guardStorage(() => this.#parts.device.setAll({ auth, answer }));
    this.#heard = answer.id;
    this.#confirm(user, auth.stamp);
  }

  #confirm(user: User, stamp: string | null): void {
    this.#confirmedAt = this.#parts.clock.now();
    if (this.confirmed && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: "signed-in", user, remembered: false, expired: false });
  }

  async #memory(): Promise<Memory> {
    return (await this.#parts.device.get("auth")) ?? NOBODY;
  }

  async #remember(auth: Memory): Promise<void> {
    await guardStorage(() => this.#parts.device.set("auth", auth));
    this.#show(auth);
  }

  #show({ user, stamp }: Memory): void {
    const before = this.session.get();
    if (before.status !== "loading" && before.user?.id === user?.id && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: user ? "signed-in" : "signed-out", user, remembered: user !== null, expired: false });
  }

  #report(outcome: Outcome<unknown>): void {
    this.#reached(wordFor(outcome) !== "nothing");
  }

  #reached(reached: boolean): void {
    if (reached) this.#parts.connectivity.reportReachable();
    else this.#parts.connectivity.reportUnreachable();
  }
}

/** What an answer that names nobody says about who is signed in. */
function wordFor({ kind }: Outcome<unknown>): Answer["says"] {
  if (kind === "ok" || kind === "unauthenticated") return "nobody";
  return kind === "unreachable" || kind === "timeout" ? "nothing" : "not-now";
}
