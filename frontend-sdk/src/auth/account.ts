// `landfall.auth.account`: the user's account at the server: sign-in methods, sessions, deletion. Every call needs the network, and nothing of it is
// stored here.

import type {
  DeleteUserData,
  GetSessionData,
  LinkSocialData,
  LinkSocialResponse,
  ListAccountsData,
  ListAuthSessionsData,
  ListProvidersData,
  RevokeOtherSessionsData,
  RevokeSessionData,
  Session,
  SessionAndUser,
  SignInSocialData,
  SignInSocialResponse,
  UnlinkAccountData,
} from "../generated/types.gen";
import type { Http, HttpRequest } from "../http/client";
import { errorOf } from "../http/outcome";
import type { Account as AccountApi, LinkedAccount, SignedInDevice, SignInMethods, SignInOptions } from "../types/auth";

/** The path of an operation behind `/api/auth/`. */
type Name<O extends { url: string }> = O["url"] extends `/api/auth/${infer N}` ? N : never;

export class Account implements AccountApi {
  readonly #http: Http;
  readonly #onDeleted: () => Promise<void>;

  /** `onDeleted` is called after the user was deleted. */
  constructor(http: Http, onDeleted: () => Promise<void>) {
    this.#http = http;
    this.#onDeleted = onDeleted;
  }

  signInMethods(): Promise<SignInMethods> {
    return this.#get<ListProvidersData, SignInMethods>("providers");
  }

  async redirectToProvider(provider: string, { link, ...addresses }: SignInOptions): Promise<void> {
    const body = { provider, ...addresses };
    const { url } = await (link
      ? this.#post<LinkSocialData, LinkSocialResponse>("link-social", body)
      : this.#post<SignInSocialData, SignInSocialResponse>("sign-in/social", body));
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
    await this.#onDeleted();
  }

  #get<O extends { url: string }, T extends object>(name: Name<O>): Promise<T> {
    return this.#request("GET", name);
  }

  #post<O extends { url: string; body?: unknown }, T extends object = object>(
    name: Name<O>,
    body: O["body"],
  ): Promise<T> {
    return this.#request("POST", name, body);
  }

  async #request<T extends object>(method: HttpRequest["method"], name: string, body?: unknown): Promise<T> {
    // Lists and objects differ by operation. What is not our server mostly answers without JSON.
    const accepts = (data: unknown): data is T => !!data;
    const outcome = await this.#http.call({ method, url: `/api/auth/${name}`, body }, { accepts });
    if (outcome.kind === "ok") return outcome.data;
    throw errorOf(outcome);
  }
}
