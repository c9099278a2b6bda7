// A real OpenID provider on this machine, with people who sign in by typing who they are. It can be made to lie in its id tokens,
// and to change its key. It knows nothing of Landfall but the addresses that it may send browsers back to.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** What must never stand in a log. */
export const CLIENT_SECRET = "canary-of-the-provider-0123456789abcdef";

/** @typedef {Record<string, unknown>} Claims */
/** @typedef {{ header: Claims, claims: Claims, signing: "provider" | "stranger" | "none" | "client-secret" }} IdToken */

export class OpenIdProvider {
  /** Changes the next id tokens before they are signed; `null`: they are true. @type {((token: IdToken) => void) | null} */
  lie = null;
  /** Changes the next answers about a person; `null`: they are true. @type {((info: Claims) => void) | null} */
  lieAboutPeople = null;
  /** Keeps browsers here that would go back, and says where to. @type {((address: string) => void) | null} */
  hold = null;
  #port;
  #redirectUris;
  /** @type {import("node:http").Server | null} */
  #server = null;
  #keys = newKey("one");
  /** Who is who, as they last said. @type {Map<string, Claims>} */
  #people = new Map();

  /** @param {number} port @param {Record<string, string>} redirectUris of each client */
  constructor(port, redirectUris) {
    this.#port = port;
    this.#redirectUris = redirectUris;
    this.issuer = `http://127.0.0.1:${port}`;
  }

  /** Listens again, with nobody signed in. */
  async start() {
    const provider = new Provider(this.issuer, this.#settings());
    provider.on("server_error", (/** @type {unknown} */ _, /** @type {Error} */ error) => console.error(error));
    provider.use((/** @type {any} */ ctx, /** @type {() => Promise<void>} */ next) => this.#tamper(ctx, next));
    provider.use((/** @type {any} */ ctx, /** @type {() => Promise<void>} */ next) =>
      askWho(provider, this.#people, ctx, next),
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

  /** From now on another key signs; the old one is published no more. */
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
        claims: () => this.#people.get(sub),
      }),
      ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Grant: 600, Interaction: 600, Session: 600 },
    };
  }

  /** @param {any} ctx @param {() => Promise<void>} next */
  async #tamper(ctx, next) {
    await next();
    const back = ctx.response.get("Location");
    if (this.hold && back?.includes("/api/auth/callback/")) {
      this.hold(back);
      ctx.response.remove("Location");
      Object.assign(ctx, { status: 200, type: "html", body: "<!doctype html><title>Held</title>" });
    }
    if (ctx.path === "/me" && ctx.status === 200) this.lieAboutPeople?.(ctx.body);
    if (!this.lie || ctx.path !== "/token" || !ctx.body?.id_token) return;
    const [header, claims] = ctx.body.id_token.split(".").slice(0, 2).map(decode);
    /** @type {IdToken} */
    const token = { header, claims, signing: "provider" };
    this.lie(token);
    ctx.body = { ...ctx.body, id_token: this.#write(token) };
  }

  /** @param {IdToken} token */
  #write({ header, claims, signing }) {
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const signatures = {
      none: () => "",
      provider: () => sign("RSA-SHA256", Buffer.from(text), this.#keys.privateKey).toString("base64url"),
      stranger: () => sign("RSA-SHA256", Buffer.from(text), newKey("x").privateKey).toString("base64url"),
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

/** Somebody is who they type: `subject/address`, or `subject/address/unverified`. @param {string} who */
function claimsOf(who) {
  const [sub, email, state] = who.split("/");
  assert.ok(sub && email, `nobody: ${who}`);
  return { sub, email, email_verified: state !== "unverified", name: `${sub} of the harbour` };
}

/**
 * The page that asks who somebody is, and takes their word.
 * @param {any} provider @param {Map<string, Claims>} people @param {any} ctx @param {() => Promise<void>} next
 */
async function askWho(provider, people, ctx, next) {
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
  people.set(accountId, claims);
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
