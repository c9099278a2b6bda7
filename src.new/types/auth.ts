// Who is signed in, and the account at the server.

import type { Observable } from "./observable";
import type { LinkedAccount, Session, SignInMethods, User } from "./wire";

export type { LinkedAccount, SignInMethods, User };

/** Who is signed in on this device. */
export interface AuthState {
  /** "loading" until this device's memory (and, if it remembers no user, the server) has been asked. */
  status: "loading" | "signed-out" | "signed-in";
  user: User | null;
  /** Only this device vouches for the user: the server hasn't confirmed it since the start. */
  remembered: boolean;
  /** The server says that the session has ended. Data stays readable and writable here; sync waits for a sign-in. */
  expired: boolean;
}

export interface Auth {
  readonly session: Observable<AuthState>;
  /**
   * Signs in on a development server. Rejects with a LandfallError when the server refuses, with code `session_not_kept` when the browser does not
   * keep the cookie, `interrupted` when the browser suspended the tab and another tab signed in meanwhile, and with OfflineError. `role` sets the user's
   * role; without it, the role stays.
   *
   * @example
   * await landfall.auth.devSignIn({ email: "ada@example.org", name: "Ada" });
   */
  devSignIn(input: { email: string; name?: string; role?: "user" | "admin" }): Promise<User>;
  /**
   * Opens the sign-in page of a provider (`google`). The browser returns to `callbackURL` signed in, or to `errorCallbackURL` with `error` in its
   * query. Both are pages of this site or of the server's allowed origins; default: this page. Resolves when the browser is on its way.
   *
   * @example
   * await landfall.auth.signIn("google", { callbackURL: "/notes" });
   */
  signIn(provider: string, options?: Omit<SignInOptions, "link">): Promise<void>;
  /**
   * Ends a sign-in at a provider in token mode. `url` is the address to which the browser returned. Resolves to the user, or to `null` where the
   * address has no code. Rejects with a LandfallError.
   *
   * @example
   * await landfall.auth.finishSignIn(location.href);
   */
  finishSignIn(url: string): Promise<User | null>;
  /**
   * A JWT for services that trust the server: `Authorization: Bearer`. It is valid for a minute at least and renewed in time, so ask for it before each
   * request. It reads and writes data; it changes nothing about the user or the sessions. Rejects with NotSignedInError, OfflineError or a LandfallError.
   *
   * @example
   * await fetch("https://search.example.org", { headers: { authorization: `Bearer ${await landfall.auth.token()}` } });
   */
  token(): Promise<string>;
  /** The account at the server. Every call needs the network. */
  readonly account: Account;
  /**
   * Ends the session here at once, and at the server as soon as it can be reached. Local data stays; its sync pauses until the user signs in here again.
   * Rejects with UnsentChangesError, and does nothing, while this device has changes that the server doesn't have, failed ones and open conflicts among
   * them. `evenIfUnsent` signs out all the same.
   *
   * @example
   * await landfall.auth.signOut().catch(async (error) => {
   *   if (!(error instanceof UnsentChangesError)) throw error;
   *   if (confirm(`${error.count} changes are not sent. Sign out?`)) await landfall.auth.signOut({ evenIfUnsent: true });
   * });
   */
  signOut(options?: { evenIfUnsent?: boolean }): Promise<void>;
  /**
   * Calls back on each change. Returns a function that stops it.
   *
   * @example
   * const stop = landfall.auth.onChange(({ user }) => showName(user?.name ?? "Guest"));
   */
  onChange(listener: (state: AuthState) => void): () => void;
}

export interface SignInOptions {
  callbackURL?: string;
  errorCallbackURL?: string;
  /** Adds the provider's account to the user who is signed in. It needs the cookie, so it is refused in token mode. */
  link?: boolean;
  /** Opens the provider's page. Default: this page goes there. An app in a shell opens the system's browser, because providers refuse web views. */
  open?: (url: string) => void | Promise<void>;
}

/** A session that is valid. */
export type SignedInDevice = Session & {
  /** Whether it is the session of this device. */
  current: boolean;
};

/** The account of the signed-in user at the server. Rejects with a LandfallError. */
export interface Account {
  /** The sign-in methods that a sign-in page may offer. */
  signInMethods(): Promise<SignInMethods>;
  /** Like `Auth.signIn`; with `link` it adds a sign-in method. */
  redirectToProvider(provider: string, options: SignInOptions): Promise<void>;
  /** The newest sign-in first. */
  devices(): Promise<SignedInDevice[]>;
  /** `id` is the session's. */
  signOutDevice(id: string): Promise<void>;
  signOutOthers(): Promise<void>;
  /** The linked sign-in methods, the oldest first. */
  linked(): Promise<LinkedAccount[]>;
  /** Rejects with code `last_account` for the last one. */
  unlink(accountId: string): Promise<void>;
  /**
   * Deletes the user and all data at the server for good, and signs this device out. Data on this device stays. Rejects with code `session_not_fresh`
   * when the sign-in was too long ago: sign in again first. `unlink` and a sign-in with `link` do so too.
   */
  delete(): Promise<void>;
}
