// The signed-in person's account at the server: the ways in, the devices that are signed in, the way out for good. All of it needs the
// network, and nothing of it is kept here. It must not know what else this device holds of the person.

import type { Http, Question } from "../api/http";
import { errorOf } from "../api/outcome";
import type {
  DeleteUserData,
  GetSessionData,
  LinkSocialData,
  ListAccountsData,
  ListAuthSessionsData,
  ListProvidersData,
  RevokeOtherSessionsData,
  RevokeSessionData,
  Session,
  SessionAndUser,
  SignInSocialData,
  UnlinkAccountData,
} from "../generated/types.gen";
import type { Account as AccountApi, LinkedAccount, SignedInDevice, SignInOptions, WaysIn } from "../types";

type Operation = Omit<Question, "method">;

/** Answers of these routes are lists or objects; anything else is not our server's. */
const isObject = (data: unknown): data is object => typeof data === "object" && data !== null;

export class Account implements AccountApi {
  readonly #http: Http;
  readonly #gone: () => Promise<void>;

  /** `gone`: the person was deleted. */
  constructor(http: Http, gone: () => Promise<void>) {
    this.#http = http;
    this.#gone = gone;
  }

  waysIn(): Promise<WaysIn> {
    return this.#ask("GET", { url: "/api/auth/providers" } satisfies ListProvidersData);
  }

  async goToProvider(provider: string, options: SignInOptions): Promise<void> {
    const { link, ...addresses } = options;
    const body = { provider, ...addresses };
    const operation = link
      ? ({ url: "/api/auth/link-social", body } satisfies LinkSocialData)
      : ({ url: "/api/auth/sign-in/social", body } satisfies SignInSocialData);
    const { url } = await this.#ask<{ url: string }>("POST", operation);
    location.assign(url);
  }

  async devices(): Promise<SignedInDevice[]> {
    const sessions = this.#ask<Session[]>("GET", { url: "/api/auth/list-sessions" } satisfies ListAuthSessionsData);
    const here = this.#ask<SessionAndUser>("GET", { url: "/api/auth/get-session" } satisfies GetSessionData);
    const [all, { session }] = await Promise.all([sessions, here]);
    return all.map((each) => ({ ...each, current: each.id === session.id }));
  }

  async signOutDevice(id: string): Promise<void> {
    const body = { token: id };
    await this.#ask("POST", { url: "/api/auth/revoke-session", body } satisfies RevokeSessionData);
  }

  async signOutOthers(): Promise<void> {
    await this.#ask("POST", { url: "/api/auth/revoke-other-sessions", body: {} } satisfies RevokeOtherSessionsData);
  }

  linked(): Promise<LinkedAccount[]> {
    return this.#ask("GET", { url: "/api/auth/list-accounts" } satisfies ListAccountsData);
  }

  async unlink(accountId: string): Promise<void> {
    const body = { accountId };
    await this.#ask("POST", { url: "/api/auth/unlink-account", body } satisfies UnlinkAccountData);
  }

  async delete(): Promise<void> {
    await this.#ask("POST", { url: "/api/auth/delete-user", body: {} } satisfies DeleteUserData);
    await this.#gone();
  }

  async #ask<T extends object>(method: "GET" | "POST", operation: Operation): Promise<T> {
    const accepts = (data: unknown): data is T => isObject(data);
    const outcome = await this.#http.call<T>({ ...operation, method }, { accepts });
    if (outcome.kind === "ok") return outcome.data;
    throw errorOf(outcome);
  }
}
