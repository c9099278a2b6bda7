// What needs the network is loaded at the first call.

import type { Account } from "../types/auth";
import type { AccountParts } from "./account";

export const loadOnDemand = () => import("./on-demand");

/** The account, whose methods load it. */
export function accountOnDemand(parts: AccountParts): Account {
  const load = async () => new (await loadOnDemand()).Account(parts);
  const method = (_: object, name: string | symbol) => {
    // A promise that resolves to the account asks for `then`, which an account doesn't have.
    if (name === "then") return undefined;
    return async (...given: unknown[]) => {
      const account = (await load()) as unknown as Record<string | symbol, (...given: unknown[]) => unknown>;
      return account[name]?.(...given);
    };
  };
  return new Proxy<Account>({} as never, { get: method });
}
