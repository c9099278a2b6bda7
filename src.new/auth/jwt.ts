// JWTs for services that trust the server. Loaded on demand.

import { NotSignedInError } from "../errors";
import type { GetTokenData } from "../generated/types.gen";
import type { Http } from "../http/client";
import { errorOf } from "../http/error-of";
import type { User } from "../types/auth";
import type { Clock } from "../types/clock";
import { elapsedBy } from "../util/clock";

/** A JWT is renewed this long before it expires, so that a request with it still arrives in time. */
const RENEW_BEFORE_MS = 60_000;

interface Cached {
  token: string;
  /** The sign-in that the JWT is of. */
  stamp: string | null;
  /** Milliseconds since it was asked for. */
  age: () => number;
  renewAfterMs: number;
}

const cached = new WeakMap<Http, Cached>();
const running = new WeakMap<Http, Promise<Cached>>();

/** What a JWT is fetched with. */
interface JwtParts {
  http: Http;
  clock: Clock;
}

/**
 * A JWT that is valid for a minute at least. Concurrent calls share one request.
 * @throws NotSignedInError, LandfallError
 */
export async function jwtOf(parts: JwtParts, user: User | null, stamp: string | null): Promise<string> {
  if (!user) throw new NotSignedInError();
  const { http } = parts;
  const known = cached.get(http);
  if (known && known.stamp === stamp && known.age() < known.renewAfterMs) return known.token;
  let request = running.get(http);
  if (!request) {
    request = fetchJwt(parts, user.id, stamp).finally(() => running.delete(http));
    running.set(http, request);
  }
  const fresh = await request;
  // Another user may have signed in meanwhile.
  return fresh.stamp === stamp ? fresh.token : jwtOf(parts, user, stamp);
}

async function fetchJwt(parts: JwtParts, userId: string, stamp: string | null): Promise<Cached> {
  const { http, clock } = parts;
  const url: GetTokenData["url"] = "/api/auth/token";
  const accepts = (data: unknown): data is { token: string } =>
    typeof data === "object" && data !== null && "token" in data && typeof data.token === "string";
  const age = elapsedBy(clock);
  const outcome = await http.inNameOf(userId).call({ method: "GET", url }, { accepts });
  if (outcome.kind !== "ok") throw errorOf(outcome);
  const { token } = outcome.data;
  // The lifetime, and not the expiry: this device's clock may be wrong.
  const fresh = { token, stamp, age, renewAfterMs: lifetimeMs(token) - RENEW_BEFORE_MS };
  cached.set(http, fresh);
  return fresh;
}

function lifetimeMs(token: string): number {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const { iat, exp } = JSON.parse(atob(payload)) as { iat: number; exp: number };
  return (exp - iat) * 1000;
}
