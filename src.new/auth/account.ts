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
import { errorOf } from "../http/error-of";
import type { AppState, DeviceState } from "../store/app-state";
import type { Account as AccountApi, LinkedAccount, SignedInDevice, SignInMethods, SignInOptions } from "../types/auth";
import type { LandfallOptions } from "../types/options";
import { newChallenge } from "./hand-over";

/** The path of an operation behind `/api/auth/`. */
type Name<O extends { url: string }> = O["url"] extends `/api/auth/${infer N}` ? N : never;

export interface AccountParts {
  http: Http;
  options: Pick<LandfallOptions, "sessionToken">;
  device: AppState<DeviceState>;
  /** Called after the user was deleted. */
  onDeleted(): Promise<void>;
}

export class Account implements AccountApi {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  signInMethods(): Promise<SignInMethods> {
    return this.#get<ListProvidersData, SignInMethods>("providers");
  }

  async redirectToProvider(provider: string, { link, open, ...addresses }: SignInOptions): Promise<void> {
    const { options, device } = this.#parts;
    const codeChallenge = options.sessionToken && (await newChallenge(device));
    const body = { provider, ...addresses, ...(codeChallenge && { codeChallenge }) };
    const { url } = await (link
      ? this.#post<LinkSocialData, LinkSocialResponse>("link-social", body)
      : this.#post<SignInSocialData, SignInSocialResponse>("sign-in/social", body));
    await (open ? open(url) : location.assign(url));
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
    await this.#parts.onDeleted();
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
    const outcome = await this.#parts.http.call({ method, url: `/api/auth/${name}`, body }, { accepts });
    if (outcome.kind === "ok") return outcome.data;
    throw errorOf(outcome);
  }
}
