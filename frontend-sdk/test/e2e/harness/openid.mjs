// A real OpenID provider on this machine. A user signs in by typing subject and email address. Tests can change its id tokens and its signing key.
// Of Landfall it knows only the redirect URIs.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** A secret that must not appear in a log. */
export const CLIENT_SECRET = "canary-of-the-provider-0123456789abcdef";

/** @typedef {Record<string, unknown>} Claims */
/** @typedef {{ header: Claims, claims: Claims, signing: "provider" | "other-key" | "none" | "client-secret" }} IdToken */

export class OpenIdProvider {
  /** Changes each id token before it is signed. `null`: no change. @type {((token: IdToken) => void) | null} */
  changeIdToken = null;
  /** Changes each answer of the user info endpoint. `null`: no change. @type {((info: Claims) => void) | null} */
  changeUserInfo = null;
  /** Holds the redirect to the callback and receives its URL. `null`: browsers are redirected. @type {((address: string) => void) | null} */
  holdCallback = null;
  #port;
  #redirectUris;
  /** @type {import("node:http").Server | null} */
  #server = null;
  #keys = newKey("one");
  /** The claims of each user, by subject. @type {Map<string, Claims>} */
  #users = new Map();

  /** @param {number} port @param {Record<string, string>} redirectUris of each client */
  constructor(port, redirectUris) {
    this.#port = port;
    this.#redirectUris = redirectUris;
    this.issuer = `http://127.0.0.1:${port}`;
  }

  /** Starts the provider without sessions. */
  async start() {
    const provider = new Provider(this.issuer, this.#settings());
    provider.on("server_error", (/** @type {unknown} */ _, /** @type {Error} */ error) => console.error(error));
    provider.use((/** @type {any} */ ctx, /** @type {() => Promise<void>} */ next) => this.#tamper(ctx, next));
    provider.use((/** @type {any} */ ctx, /** @type {() => Promise<void>} */ next) =>
      signInPage(provider, this.#users, ctx, next),
    );
    this.#server = createServer(provider.callback()).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop() {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  /** Restarts the provider with a new signing key. The old key is not published. */
  async changeKey() {
    await this.stop();
    this.#keys = newKey(randomBytes(4).toString("hex"));
    await this.start();
  }

  #settings() {
    const clients = Object.entries(this.#redirectUris).map(([id, uri]) => ({
      client_id: id,
      client_secret: CLIENT_SECRET,
      redirect_uris: [uri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    }));
    return {
      clients,
      jwks: { keys: [this.#keys.jwk] },
      cookies: { keys: [randomBytes(16).toString("hex")] },
      conformIdTokenClaims: false,
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture"] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: {
        url: (/** @type {unknown} */ _, /** @type {{ uid: string }} */ { uid }) => `/interaction/${uid}`,
      },
      findAccount: (/** @type {unknown} */ _, /** @type {string} */ sub) => ({
        accountId: sub,
        claims: () => this.#users.get(sub),
      }),
      ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Grant: 600, Interaction: 600, Session: 600 },
    };
  }

  /** @param {any} ctx @param {() => Promise<void>} next */
  async #tamper(ctx, next) {
    await next();
    const back = ctx.response.get("Location");
    if (this.holdCallback && back?.includes("/api/auth/callback/")) {
      this.holdCallback(back);
      ctx.response.remove("Location");
      Object.assign(ctx, { status: 200, type: "html", body: "<!doctype html><title>Held</title>" });
    }
    if (ctx.path === "/me" && ctx.status === 200) this.changeUserInfo?.(ctx.body);
    if (!this.changeIdToken || ctx.path !== "/token" || !ctx.body?.id_token) return;
    const [header, claims] = ctx.body.id_token.split(".").slice(0, 2).map(decode);
    /** @type {IdToken} */
    const token = { header, claims, signing: "provider" };
    this.changeIdToken(token);
    ctx.body = { ...ctx.body, id_token: this.#write(token) };
  }

  /** @param {IdToken} token */
  #write({ header, claims, signing }) {
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const signatures = {
      none: () => "",
      provider: () => sign("RSA-SHA256", Buffer.from(text), this.#keys.privateKey).toString("base64url"),
      "other-key": () => sign("RSA-SHA256", Buffer.from(text), newKey("x").privateKey).toString("base64url"),
      "client-secret": () => createHmac("sha256", CLIENT_SECRET).update(text).digest("base64url"),
    };
    return `${text}.${signatures[signing]()}`;
  }
}

/** @param {string} kid */
function newKey(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, jwk: { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } };
}

/** @param {string} part @returns {Claims} */
function decode(part) {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

/** The claims of `subject/address` or `subject/address/unverified`. @param {string} who */
function claimsOf(who) {
  const [sub, email, state] = who.split("/");
  assert.ok(sub && email, `no subject and address: ${who}`);
  return { sub, email, email_verified: state !== "unverified", name: `${sub} of the harbour` };
}

/**
 * The sign-in page, which accepts any subject and address without a password.
 * @param {any} provider @param {Map<string, Claims>} users @param {any} ctx @param {() => Promise<void>} next
 */
async function signInPage(provider, users, ctx, next) {
  if (ctx.path === "/favicon.ico") {
    ctx.status = 204;
    return;
  }
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body =
      '<!doctype html><title>Provider</title><form method="post"><input name="who"><button name="answer" value="yes">Sign in</button><button name="answer" value="no">Cancel</button></form>';
    return;
  }
  const form = new URLSearchParams(await bodyOf(ctx.req));
  ctx.respond = false;
  if (form.get("answer") === "no") {
    await provider.interactionFinished(ctx.req, ctx.res, { error: "access_denied", error_description: "cancelled" });
    return;
  }
  const claims = claimsOf(form.get("who") ?? "");
  const accountId = claims.sub;
  users.set(accountId, claims);
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId, remember: false }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}

/** @param {import("node:http").IncomingMessage} request */
async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
