// Sign-in at a provider in token mode (PKCE, RFC 7636): the browser returns with a code, which works only with the secret that this device keeps.
// Loaded on demand.

import { LandfallError } from "../errors";
import type { SignInCodeData } from "../generated/types.gen";
import type { Http } from "../http/client";
import { errorOf } from "../http/error-of";
import type { AppState, DeviceState } from "../store/app-state";
import type { TabLock } from "../sync/tab-locks";
import type { User } from "../types/auth";
import type { LandfallOptions } from "../types/options";

/** Stores a new secret. Resolves to its hash. */
export async function newChallenge(device: AppState<DeviceState>): Promise<string> {
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
  await device.set("signInVerifier", verifier);
  return base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

/** What a sign-in ends with. */
interface Parts {
  http: Http;
  device: AppState<DeviceState>;
  identity: TabLock;
  options: Pick<LandfallOptions, "sessionToken">;
}

/**
 * Exchanges the code in the address to which the browser returned. Resolves to `null` where the address has none. `begin` is called before the exchange
 * and resolves to the function that stores the user.
 * @throws LandfallError
 */
export async function finishSignIn(
  parts: Parts,
  address: string,
  begin: () => Promise<(user: User) => Promise<void>>,
): Promise<User | null> {
  const code = new URL(address).searchParams.get("sign_in_code");
  if (!code) return null;
  return parts.identity.exclusive(async () => {
    const store = await begin();
    const { token, user } = await exchange(parts, code);
    await parts.options.sessionToken?.set(token);
    await store(user);
    return user;
  });
}

async function exchange({ http, device }: Parts, code: string): Promise<{ token: string; user: User }> {
  const codeVerifier = await device.get("signInVerifier");
  if (!codeVerifier) throw new LandfallError("sign_in_not_begun", "This sign-in was not begun on this device.");
  await device.set("signInVerifier", null);
  const request: { method: "POST"; url: SignInCodeData["url"]; body: SignInCodeData["body"] } = {
    method: "POST",
    url: "/api/auth/sign-in/code",
    body: { code, codeVerifier },
  };
  const accepts = (data: unknown): data is { token: string; user: User } =>
    typeof data === "object" && data !== null && "token" in data && "user" in data;
  const outcome = await http.call(request, { accepts });
  if (outcome.kind === "ok") return outcome.data;
  throw errorOf(outcome);
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
