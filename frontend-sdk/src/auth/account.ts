// The signed-in person's account at the server: the ways in, the devices that are signed in, the way out for good. All of it needs the
// network, and nothing of it is kept here. It must not know what else this device holds of the person.

import type { Http, Question } from "../api/http";
import { errorOf } from "../api/outcome";
import type {
  DeleteUserData,
  GetSessionData,
  GoThere,
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

/** What comes after `/api/auth/` in the address of an operation. */
type Name<O extends { url: string }> = O["url"] extends `/api/auth/${infer N}` ? N : never;

export class Account implements AccountApi {
  readonly #http: Http;
  readonly #gone: () => Promise<void>;

  /** `gone`: the person was deleted. */
  constructor(http: Http, gone: () => Promise<void>) {
    this.#http = http;
    this.#gone = gone;
  }

  waysIn(): Promise<WaysIn> {
    return this.#get<ListProvidersData, WaysIn>("providers");
  }

  async goToProvider(provider: string, { link, ...addresses }: SignInOptions): Promise<void> {
    const body = { provider, ...addresses };
    const { url } = await (link
      ? this.#post<LinkSocialData, GoThere>("link-social", body)
      : this.#post<SignInSocialData, GoThere>("sign-in/social", body));
    location.assign(url);
  }

  async devices(): Promise<SignedInDevice[]> {
    const { session } = await this.#get<GetSessionData, SessionAndUser>("get-session");
    const all = await this.#get<ListAuthSessionsData, Session[]>("list-sessions");
    return all.map((each) => ({ ...each, current: each.id === session.id }));
  }

  async signOutDevice(token: string): Promise<void> {
    await this.#post<RevokeSessionData>("revoke-session", { token });
  }

  async signOutOthers(): Promise<void> {
    await this.#post<RevokeOtherSessionsData>("revoke-other-sessions", {});
  }

  linked(): Promise<LinkedAccount[]> {
    return this.#get<ListAccountsData, LinkedAccount[]>("list-accounts");
  }

  async unlink(accountId: string): Promise<void> {
    await this.#post<UnlinkAccountData>("unlink-account", { accountId });
  }

  async delete(): Promise<void> {
    await this.#post<DeleteUserData>("delete-user", {});
    await this.#gone();
  }

  #get<O extends { url: string }, T extends object>(name: Name<O>): Promise<T> {
    return this.#ask("GET", name);
  }

  #post<O extends { url: string; body?: unknown }, T extends object = object>(
    name: Name<O>,
    body: O["body"],
  ): Promise<T> {
    return this.#ask("POST", name, body);
  }

  async #ask<T extends object>(method: Question["method"], name: string, body?: unknown): Promise<T> {
    // Lists or objects: of whoever else answers 200, most send no JSON at all.
    const accepts = (data: unknown): data is T => !!data;
    const outcome = await this.#http.call({ method, url: `/api/auth/${name}`, body }, { accepts });
    if (outcome.kind === "ok") return outcome.data;
    throw errorOf(outcome);
  }
}
