// Who is signed in on this device: remembered here, confirmed by the server, the same in every tab.
// It knows the sign-in routes and the device's memory; it knows nothing of the user's data.

import type { Http } from "../api/http";
import { errorOf, type Outcome } from "../api/outcome";
import { fetchSession, postDevSignIn, postSignOut } from "../api/requests";
import type { Connectivity } from "../connectivity/connectivity";
import type { AppState, DeviceState } from "../db/app-state";
import { guardStorage } from "../db/storage-errors";
import { newId } from "../ids";
import { Cell } from "../observable";
import type { IdentityLock } from "../sync/locks";
import type { Auth as AuthApi, AuthState, SignInOptions, User } from "../types";
import { Account } from "./account";

type Memory = DeviceState["auth"];

const NOBODY: Memory = { user: null, stamp: null, signOutPending: false };

export interface AuthParts {
  http: Http;
  connectivity: Connectivity;
  device: AppState<DeviceState>;
  lock: IdentityLock;
  /** Called before the first use, since a sign-in starts the client. */
  start(): Promise<void>;
}

export class Auth implements AuthApi {
  readonly session = new Cell<AuthState>({ status: "loading", user: null, remembered: false, expired: false });
  readonly account: Account;
  readonly #parts: AuthParts;
  /** The stamp of what `session` shows. */
  #stamp: string | null = null;

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

  /** Whether a request may be made in this user's name, by what the device remembers at this moment. */
  vouchesFor(userId: string, memory: Memory | undefined): boolean {
    return this.confirmed && memory?.user?.id === userId && memory.stamp === this.#stamp;
  }

  async devSignIn(input: { email: string; name?: string }): Promise<User> {
    await this.#parts.start();
    const { lock, device, http } = this.#parts;
    return lock.alone(async () => {
      const before = (await device.get("auth")) ?? NOBODY;
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
    const { lock, device, http } = this.#parts;
    await lock.alone(async () => {
      const memory = await device.get("auth");
      if (!memory?.signOutPending) return;
      const outcome = await postSignOut(http);
      this.#report(outcome);
      if (outcome.kind === "ok" || outcome.kind === "unauthenticated") await device.set("auth", NOBODY);
    });
  }

  /** Shows what this device remembers. */
  async recall(): Promise<Memory> {
    const memory = (await this.#parts.device.get("auth")) ?? NOBODY;
    if (memory.user || memory.signOutPending) this.#show(memory);
    return memory;
  }

  /** Another tab signed in or out: shows what the device remembers now. */
  readonly follow = async (memory: Memory | undefined): Promise<void> => {
    if (!memory || this.session.get().status === "loading") return;
    // A sign-out holds at once. Anything else may be a sign-in that is still under way: look again when it is done.
    if (memory.signOutPending) return this.#show(memory);
    const { lock, device } = this.#parts;
    await lock.shared(async () => this.#show((await device.get("auth")) ?? NOBODY));
  };

  /** Asks the server who is signed in, and takes its word. */
  async verify(): Promise<void> {
    const { lock, device, http } = this.#parts;
    await lock.shared(async () => {
      const outcome = await fetchSession(http);
      this.#report(outcome);
      const memory = (await device.get("auth")) ?? NOBODY;
      if (outcome.kind === "ok" && outcome.data && !memory.signOutPending) {
        const { user } = outcome.data;
        if (user.id === memory.user?.id) this.#confirm(user, memory.stamp);
        else await this.#signedIn(user);
      } else if (outcome.kind === "ok" || outcome.kind === "unauthenticated") {
        this.#ended();
      } else if (this.session.get().status === "loading") {
        this.#show(NOBODY);
      }
    });
  }

  /** The server went out of reach: from here on only this device vouches for the user. */
  doubt(): void {
    const state = this.session.get();
    if (state.status === "signed-in" && !state.remembered) this.session.set({ ...state, remembered: true });
  }

  async #signedIn(user: User): Promise<void> {
    const memory: Memory = { user, stamp: newId(), signOutPending: false };
    await guardStorage(() => this.#parts.device.set("auth", memory));
    this.#confirm(user, memory.stamp);
  }

  #confirm(user: User, stamp: string | null): void {
    if (this.confirmed && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: "signed-in", user, remembered: false, expired: false });
  }

  async #remember(memory: Memory): Promise<void> {
    await guardStorage(() => this.#parts.device.set("auth", memory));
    this.#show(memory);
  }

  /** The session is over, or there never was one. Who was signed in here keeps reading and writing; it is sent after the next sign-in. */
  #ended(): void {
    const state = this.session.get();
    if (state.status !== "signed-in") this.#show(NOBODY);
    else if (!state.expired) this.session.set({ ...state, remembered: true, expired: true });
  }

  #show({ user, stamp }: Memory): void {
    const before = this.session.get();
    if (before.status !== "loading" && before.user?.id === user?.id && this.#stamp === stamp) return;
    this.#stamp = stamp;
    this.session.set({ status: user ? "signed-in" : "signed-out", user, remembered: user !== null, expired: false });
  }

  #report(outcome: Outcome<unknown>): void {
    if (outcome.kind === "unreachable" || outcome.kind === "timeout") this.#parts.connectivity.reportUnreachable();
    else this.#parts.connectivity.reportReachable();
  }
}
